"""In-place changes: what they may touch, and that no stale value reaches a gradient."""

import pytest

import autograd as ag


def leaf(*values):
    return ag.tensor([float(value) for value in values], requires_grad=True)


CHANGES = {
    "add_": lambda x: x.add_(1),
    "mul_": lambda x: x.mul_(2),
    "copy_": lambda x: x.copy_(ag.zeros(2)),
    "fill_": lambda x: x.fill_(3),
    "zero_": lambda x: x.zero_(),
    "clamp_": lambda x: x.clamp_(0, 1),
    "setitem": lambda x: x.__setitem__(0, 5),
    "uniform_": lambda x: x.uniform_(),
    "normal_": lambda x: x.normal_(),
    "bernoulli_": lambda x: x.bernoulli_(),
}
WAYS = {
    "itself": lambda x: x,
    "data": lambda x: x.data,
    "detach": lambda x: x.detach(),
    "a view": lambda x: x[:],
    "a view of a view": lambda x: x.reshape(1, 2).T[:, 0],
    "a view of data": lambda x: x.data.view(2),
}


@pytest.mark.parametrize("name", CHANGES)
def test_kept_value_changed_in_place_raises_naming_who_kept_and_what_changed(name):
    x = leaf(1, 2)
    y = x * x
    with ag.no_grad():
        CHANGES[name](x)
    with pytest.raises(RuntimeError, match=rf"mul kept.*modified by an inplace.*\({name}\).*clone"):
        y.sum().backward()
    assert x.grad is None


@pytest.mark.parametrize("way", WAYS)
def test_change_is_seen_through(way):
    x = leaf(1, 2)
    y = x.log()
    with ag.no_grad():
        WAYS[way](x).mul_(3)
    with pytest.raises(RuntimeError, match=r"log kept.*\(mul_\)"):
        y.sum().backward()


@pytest.mark.parametrize("way", ["a view", "a view of a view"])
def test_change_of_the_whole_is_seen_by_what_kept_a_view(way):
    x = ag.ones(2)
    w = leaf(1, 2)
    y = (w * WAYS[way](x)).sum()
    x.zero_()
    with pytest.raises(RuntimeError, match=r"mul kept.*\(zero_\)"):
        y.backward()


def test_changed_result_raises_where_the_rule_uses_the_result():
    x = leaf(1, 2)
    y = x.exp()
    y.detach().zero_()
    with pytest.raises(RuntimeError, match=r"exp kept.*\(zero_\)"):
        y.sum().backward()


def test_changed_index_array_raises():
    x, places = leaf(1, 2, 3), ag.tensor([0, 2])
    y = x[places].sum()
    places.fill_(1)
    with pytest.raises(RuntimeError, match=r"index kept.*\(fill_\)"):
        y.backward()


@pytest.mark.parametrize("create_graph", [False, True])
def test_grad_refuses_stale_values_too(create_graph):
    x = leaf(1, 2)
    y = (x * x).sum()
    x.data.zero_()
    with pytest.raises(RuntimeError, match="mul kept"):
        ag.grad(y, x, create_graph=create_graph)


def test_change_of_what_nothing_kept_is_allowed():
    a, b = leaf(1, 2), leaf(3, 4)
    y = a + b
    with ag.no_grad():
        a.zero_()
        b.mul_(3)
    y.sum().backward()
    assert a.grad.tolist() == b.grad.tolist() == [1, 1]


def test_change_of_a_factor_whose_partner_is_constant_is_allowed():
    x = leaf(1, 2)
    y = x * ag.tensor([3.0, 5.0])
    x.data.zero_()
    y.sum().backward()
    assert x.grad.tolist() == [3, 5]


def test_change_before_the_value_was_kept_is_allowed():
    x = leaf(1, 2)
    x.data.mul_(2)
    (x * x).sum().backward()
    assert x.grad.tolist() == [4, 8]


def test_change_after_backward_is_allowed():
    x = leaf(1, 2)
    for _ in range(3):
        x.grad = None
        (x * x).sum().backward()
        with ag.no_grad():
            x -= 0.5 * x.grad
    assert x.tolist() == [0, 0]


def test_change_of_other_memory_is_allowed():
    x = leaf(1, 2)
    y = x * x
    x.detach().clone().zero_()
    ag.ones(2).add_(1)
    y.sum().backward()
    assert x.grad.tolist() == [2, 4]


def test_clone_protects_the_original():
    x = ag.ones(2)
    w = leaf(1, 2)
    y = (w * x.clone()).sum()
    x.zero_()
    y.backward()
    assert w.grad.tolist() == [1, 1]


def test_version_counts_the_changes_of_a_storage():
    x = ag.ones(3)
    view, other = x[1:], ag.ones(3)
    versions = [x._version]
    for change in (lambda: x.add_(1), lambda: x.__setitem__(0, 3), lambda: view.zero_()):
        change()
        versions.append(x._version)
    assert versions == [0, 1, 2, 3]
    assert (view._version, x.detach()._version, x.clone()._version, other._version) == (3, 3, 0, 0)


def test_reading_and_computing_change_no_version():
    x = ag.ones(2)
    x + 1, x[0], x.sum(), x.numpy(), x.tolist(), x.reshape(2, 1)
    assert x._version == 0


# What may be changed


@pytest.mark.parametrize("name", CHANGES)
def test_leaf_that_requires_grad_is_changed_only_inside_no_grad(name):
    x = leaf(1, 2)
    with pytest.raises(
        RuntimeError, match=rf"{name}.*leaf Variable that requires grad.*no_grad\(\)"
    ):
        CHANGES[name](x)
    assert (x.tolist(), x._version) == ([1, 2], 0)
    with ag.no_grad():
        CHANGES[name](x)
    assert (x._version, x.requires_grad, x.is_leaf) == (1, True, True)


def test_augmented_assignment_changes_the_memory_inside_no_grad():
    x = before = leaf(1, 2)
    memory = x.data
    with ag.no_grad():
        x += 1
        x *= 2
        x -= 2
        x /= 4
        x **= 2
    assert x is before
    assert memory.tolist() == [0.25, 1]


def test_in_place_operation_returns_its_tensor():
    x = ag.ones(2)
    for change in CHANGES.values():
        assert change(x) in (x, None)


def test_in_place_result_must_fit_the_dtype():
    with pytest.raises(RuntimeError, match=r"add_.*float32.*int64.*\.float\(\)"):
        ag.ones(2, dtype=ag.int64).add_(0.5)


def test_in_place_result_must_fit_the_shape():
    with pytest.raises(RuntimeError, match=r"add_.*\[2\].*\[3, 2\]"):
        ag.ones(2).add_(ag.ones(3, 2))


def test_expanded_tensor_cannot_be_written_to():
    expanded = ag.ones(1).expand(3)
    for change in (lambda: expanded.add_(1), lambda: expanded.__setitem__(0, 2)):
        with pytest.raises(RuntimeError, match=r"single memory location.*clone\(\)"):
            change()


def test_write_to_a_slice_changes_the_whole():
    x = ag.zeros(2, 3)
    x[0].add_(1)
    x[:, 2] = ag.tensor([5.0, 6.0])
    x[ag.tensor([1, 1]), ag.tensor([0, 1])] = 7
    x[x == 1] = 9
    assert x.tolist() == [[9, 9, 5], [7, 7, 6]]


def test_write_through_numpy_cannot_be_seen():
    x = leaf(1, 2)
    y = x * x
    x.detach().numpy()[0] = 100
    y.sum().backward()
    assert (x.grad.tolist(), x._version) == ([200, 4], 0)


def test_losses_can_be_summed_up_by_augmented_assignment():
    x = leaf(1, 2)
    loss = (x * x).sum()
    loss += (x * 3).sum()
    loss.backward()
    assert x.grad.tolist() == [5, 7]


def test_change_in_place_is_part_of_the_graph():
    x = leaf(1, 2, 3)
    y = x * 1
    y.mul_(x).add_(x)
    y.sum().backward()
    assert x.grad.tolist() == [3, 5, 7]


def test_change_through_a_view_is_a_change_of_the_base_and_of_all_views():
    x, w = leaf(1, 2, 3), leaf(5, 7)
    y = x * 2
    first, tail = y[:2], y[1:]
    tail.mul_(w)
    assert y.tolist() == [2, 20, 42]
    ((first * first).sum() + y.sum()).backward()
    assert x.grad.tolist() == [2 * (2 * 2 + 1), 10 * (2 * 20 + 1), 14]
    assert w.grad.tolist() == [4 * (2 * 20 + 1), 6]


def test_change_of_a_base_is_seen_by_the_graph_of_its_views():
    x = leaf(1, 2)
    y = x * 1
    turned = y.reshape(1, 2).T
    y *= x
    turned.sum().backward()
    assert x.grad.tolist() == [2, 4]


def test_writing_from_the_graph_makes_a_constant_part_of_it():
    w, x = leaf(3, 4), ag.zeros(2, 2)
    x[0] = w
    x[ag.tensor([1]), 1] = w[0] * w[1]
    assert x.requires_grad
    (x * x).sum().backward()
    assert w.grad.tolist() == [2 * 3 + 2 * 12 * 4, 2 * 4 + 2 * 12 * 3]


def test_what_is_overwritten_gets_no_gradient():
    x = leaf(1, 2, 3)
    y = x * 4
    y[1] = 0
    y[ag.tensor([True, False, False])] = 1
    y.sum().backward()
    assert x.grad.tolist() == [0, 0, 4]
    x.grad = None
    z = x * 2
    z.zero_()
    z.sum().backward()
    assert x.grad.tolist() == [0, 0, 0]


def test_single_elements_are_views_too():
    x = ag.zeros(2)
    x[1].add_(5)
    assert x.tolist() == [0, 5]
    w = leaf(2)
    y = w * ag.ones(2)
    y[0].mul_(w[0])
    y.sum().backward()
    assert w.grad.tolist() == [2 * 2 + 1]


def test_change_keeps_copies_of_what_its_own_rule_needs():
    x = leaf(2, 3)
    y = x * 1
    y.mul_(y)
    y.pow_(2)
    y.sum().backward()
    assert x.grad.tolist() == [4 * 2**3, 4 * 3**3]


def test_retained_gradient_is_that_of_the_changed_value():
    x = leaf(1, 2)
    y = x * 1
    y.retain_grad()
    y.mul_(3)
    (y * y).sum().backward()
    assert y.grad.tolist() == [6, 12]


def test_views_that_are_gone_are_forgotten():
    x = ag.zeros(3)
    for _ in range(1000):
        x[0]
    assert len(x._kin) < 40
