"""Samples of recurrent layers and cells, every option at least once."""

ROWS, BATCH = "floats(4, 2, 3)", "floats(2, 4, 3)"

SAMPLES = [
    *(
        (f"nn.{name}({options})", f"layer({ROWS})")
        for name in ("RNN", "LSTM", "GRU")
        for options in ("3, 5", "3, 5, 2", "3, 5, bias=False", "3, 5, 2, bidirectional=True")
    ),
    *(
        (f"nn.{name}(3, 4, num_layers=3, batch_first=True, dropout=0.4)", f"layer({BATCH})")
        for name in ("RNN", "LSTM", "GRU")
    ),
    ("nn.RNN(3, 5, nonlinearity='relu')", f"layer({ROWS}, floats(1, 2, 5))"),
    ("nn.RNN(3, 5, 1, 'relu', bidirectional=True)", f"layer({ROWS}, floats(2, 2, 5))"),
    ("nn.RNN(3, 5)", "layer(floats(4, 3))"),
    ("nn.GRU(3, 5, 2)", f"layer({ROWS}, floats(2, 2, 5))"),
    ("nn.GRU(3, 5, batch_first=True)", "layer(floats(4, 3), floats(1, 5))"),
    ("nn.LSTM(3, 5, 2)", f"layer({ROWS}, (floats(2, 2, 5), floats(2, 2, 5)))"),
    ("nn.LSTM(3, 5)", "layer(floats(4, 3), (floats(1, 5), floats(1, 5)))"),
    ("nn.LSTM(3, 5, proj_size=2)", f"layer({ROWS})"),
    (
        "nn.LSTM(3, 5, 2, batch_first=True, bidirectional=True, proj_size=2)",
        f"layer({BATCH}, (floats(4, 2, 2), floats(4, 2, 5)))",
    ),
    *(
        (f"nn.{name}Cell({options})", "layer(floats(2, 3))")
        for name in ("RNN", "LSTM", "GRU")
        for options in ("3, 4", "3, 4, bias=False")
    ),
    ("nn.RNNCell(3, 4, nonlinearity='relu')", "layer(floats(2, 3), floats(2, 4))"),
    ("nn.RNNCell(3, 4)", "layer(floats(3), floats(4))"),
    ("nn.GRUCell(3, 4)", "layer(floats(2, 3), floats(2, 4))"),
    ("nn.LSTMCell(3, 4)", "layer(floats(3), (floats(4), floats(4)))"),
    ("nn.LSTMCell(3, 4)", "layer(floats(2, 3), layer(floats(2, 3)))"),
]
