"""Averages of a net over its training, in code that PyTorch runs too."""

AVERAGES = {
    "mean": "{}",
    "mean of lists": "{'multi_avg_fn': w.get_swa_multi_avg_fn()}",
    "mean of each": "{'avg_fn': w.get_swa_avg_fn()}",
    "fading": "{'multi_avg_fn': w.get_ema_multi_avg_fn(0.9)}",
    "fading of each": "{'avg_fn': w.get_ema_avg_fn(0.7)}",
    "fading slowly": "{'multi_avg_fn': w.get_ema_multi_avg_fn()}",
    "mean in float64": "{}",
    "own": "{'avg_fn': lambda average, newest, n: 0.25 * average + 0.75 * newest}",
    "mean with buffers": "{'use_buffers': True}",
    "fading with buffers": "{'multi_avg_fn': w.get_ema_multi_avg_fn(0.6), 'use_buffers': True}",
}
STEPS = 20


def averaged(torch, name):
    """Return the state of an averaged net after training, and what it makes of an input.

    First with the statistics that it has, then with those of the data.
    """
    w = torch.optim.swa_utils
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(), torch.nn.Linear(4, 2)
    )
    dtype = torch.float64 if "float64" in name else torch.float32
    model.to(dtype)
    average = w.AveragedModel(model, **eval(AVERAGES[name], {"w": w}))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batches = [torch.rand(8, 3, dtype=dtype) for _ in range(STEPS)]
    for batch in batches:
        optimizer.zero_grad()
        (model(batch) - batch[:, :2] ** 2).square().mean().backward()
        optimizer.step()
        average.update_parameters(model)
    state = {key: value.tolist() for key, value in average.state_dict().items()}
    average.eval()
    made = [average(batches[0]).tolist()]
    w.update_bn([(batch, 0) for batch in batches[:5]], average)
    made.append(average(batches[0]).tolist())
    return {"state": state, "made": made}
