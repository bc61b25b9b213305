"""The cache of compiled kernels: what is on disk is whole, belongs here, and loads quickly."""

import ast
import ctypes
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

import autograd
from autograd.kernels import mathematics
from autograd.plan import building, native

BODY = "    store_int64(p[0], 0, 42)\n"
# A small net's step, of which the third call is the plan's.
PROGRAM = """
import sys
import autograd, nn
from autograd.plan import compiling
compiling.BEHIND = False
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)

@autograd.compile
def step(x, y):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()

for _ in range(3):
    step(autograd.ones(5, 3), autograd.tensor([0, 1, 0, 1, 0]))
print(step._all_plans()[0].ready, "numba" in sys.modules)
"""


@pytest.fixture
def text(monkeypatch, tmp_path):
    """Return the text of a kernel that writes 42, in an empty cache."""
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path))
    monkeypatch.setattr(native, "_known", {})
    return native.text_of(BODY)


def written(text):
    """Return what the kernel of `text` writes."""
    word, row = (ctypes.c_int64 * 1)(), (ctypes.c_int64 * 1)()
    row[0] = ctypes.addressof(word)
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(native.kernel_address(text))(ctypes.addressof(row))
    return word[0]


def damaged(content):
    yield content[: len(content) // 2]
    yield b""
    yield content[:-1] + bytes([content[-1] ^ 1])
    yield bytes([content[0] ^ 1]) + content[1:]


def test_a_damaged_file_is_compiled_anew(text, monkeypatch):
    assert written(text) == 42
    path = native._path(text)
    content = path.read_bytes()
    for wrong in damaged(content):
        path.write_bytes(wrong)
        monkeypatch.setattr(native, "_known", {})
        assert written(text) == 42
        assert native._cached(path) is not None


def test_a_file_is_there_as_a_whole_or_not_at_all(text, monkeypatch):
    def interrupted(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(native._path(text)), "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        native.store(text)
    assert not native.is_compiled(text)


def test_threads_that_compile_one_kernel_leave_one_file(text):
    threads = [threading.Thread(target=native.store, args=(text,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert os.listdir(native.cache_folder()) == [native._path(text).name]
    assert written(text) == 42


@pytest.mark.parametrize("setting", ["NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_OPT"])
def test_code_for_other_settings_is_kept_apart(setting, monkeypatch):
    here = native._fingerprint.__wrapped__()
    monkeypatch.setenv(setting, "other")
    assert native._fingerprint.__wrapped__() != here


def test_code_for_another_processor_is_kept_apart(monkeypatch):
    here = native._fingerprint.__wrapped__()
    monkeypatch.setattr(native.llvm, "get_host_cpu_name", lambda: "other")
    assert native._fingerprint.__wrapped__() != here


def test_a_kernel_that_calls_what_is_nowhere_is_refused():
    with pytest.raises(RuntimeError, match="no library has glassgrad_nowhere"):
        native._linked(b"glassgrad_nowhere memset\n", "kernel")


def test_helpers_of_numba_are_found():
    native._find(["numba_gil_ensure", "NRT_Free"])


def test_a_loop_refuses_what_are_no_words():
    run = native.run.load()
    for wrong in [(), (1, 2), ("one",), (2**64,)]:
        with pytest.raises((TypeError, OverflowError)):
            run(*wrong)


def test_a_program_whose_kernels_are_cached_never_loads_numba(tmp_path):
    environment = {**os.environ, "GLASSGRAD_CACHE": str(tmp_path)}
    for loads in ("True", "False"):
        command = [sys.executable, "-W", "error", "-c", PROGRAM]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["True", loads]


def test_the_names_of_vector_code_are_those_it_has():
    assert sorted(mathematics.__all__) == sorted(native.FUNCTIONS)


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_step_goes_on_where_nothing_can_be_kept(place, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path / place))
    monkeypatch.setattr(native, "_known", {})
    warned = []
    monkeypatch.setattr(warnings, "warn", lambda text, stacklevel: warned.append(text))
    step = autograd.compile(lambda x: (x * 3.25 - 1.5).sum())
    x = autograd.ones(5)
    for _ in range(2):
        step(x)
    step.wait()
    assert step(x).item() == 8.75
    assert "set GLASSGRAD_CACHE to a folder that can be written" in warned[0]


@pytest.mark.parametrize("name", ["singles", "doubles"])
def test_numba_keeps_no_files_of_its_own(name):
    functions = vars(getattr(mathematics, name)).values()
    compiled = [one for one in functions if hasattr(one, "py_func")]
    assert compiled
    assert {one.stats.cache_path for one in compiled} == {None}


def test_code_for_another_numpy_is_kept_apart(monkeypatch):
    here = native._fingerprint.__wrapped__()
    monkeypatch.setattr(native.np, "__version__", "other")
    assert native._fingerprint.__wrapped__() != here


def imported(file):
    """Return the files of ours from which a file imports, by name."""
    return {
        one.name: file.parents[node.level - 1] / (node.module.replace(".", "/") + ".py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level and node.module
        for one in node.names
    }


def definer(file, name):
    """Return the file that defines what a file knows under a name."""
    other = imported(file).get(name)
    return file if other is None else definer(other, name)


@pytest.mark.parametrize("name", ["loops", "entering", "intrinsics", "tiles"])
def test_what_native_code_is_made_of_decides_about_its_folder(name):
    here = Path(native.__file__).parent
    helpers = {(here / helper).resolve() for helper in native.HELPERS}
    assert here / f"{name}.py" in helpers
    for constant in imported(here / f"{name}.py"):
        assert definer(here / f"{name}.py", constant) in helpers


HOMELESS = """
import os
from pathlib import Path
from autograd.plan import building, native

def nowhere():
    raise RuntimeError("Could not determine home directory.")

Path.home = nowhere
folder = native.cache_folder()
assert folder == native.cache_folder()
assert os.environ["GLASSGRAD_CACHE"] == str(folder.parent)
assert not folder.parent.stat().st_mode & 0o077
print(folder.parent)
"""


def test_a_program_without_a_home_has_a_folder_of_its_own_while_it_runs():
    environment = {name: one for name, one in os.environ.items() if name != "GLASSGRAD_CACHE"}
    command = [sys.executable, "-W", "error", "-c", HOMELESS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert not os.path.exists(done.stdout.strip())


@pytest.mark.skipif(os.name != "posix", reason="folders have no mode here")
def test_a_folder_that_others_can_write_is_warned_of_once(text, tmp_path):
    tmp_path.chmod(0o777)
    with pytest.warns(UserWarning, match="set GLASSGRAD_CACHE to a folder that only you") as warned:
        native.cache_folder(), native.cache_folder()
    assert len(warned) == 1


@pytest.mark.skipif(getattr(os, "getuid", int)() != 0, reason="only root gives folders away")
@pytest.mark.skipif(os.name != "posix", reason="folders have no owners here")
def test_a_folder_of_another_user_is_warned_of(text, tmp_path):
    os.chown(tmp_path, 1234, -1)
    with pytest.warns(UserWarning, match="can be written by other users"):
        native.cache_folder()


def refuse_processes(monkeypatch):
    def refuse(*command, **options):
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(building.subprocess, "Popen", refuse)


WITHOUT = {
    "process": refuse_processes,
    "interpreter": lambda monkeypatch: monkeypatch.setattr(sys, "executable", None),
    "interpreter of its own": lambda monkeypatch: monkeypatch.setattr(
        sys, "frozen", True, raising=False
    ),
    "reader": lambda monkeypatch: monkeypatch.setattr(building, "WORK", "'ends at once'"),
}


@pytest.mark.parametrize("missing", WITHOUT)
def test_a_program_compiles_itself_without_a_process_beside_it(missing, text, monkeypatch):
    WITHOUT[missing](monkeypatch)
    # More than a pipe holds.
    texts = [text, text + "#" * 200_000]
    assert building.compile_beside(texts)
    assert not any(map(native.is_compiled, texts))


def test_progress_counts_kernels(text, monkeypatch, capsys):
    monkeypatch.setattr(building, "WORK", "import time; time.sleep(0.2)")
    monkeypatch.setattr(building, "PATIENCE", 0.0)
    building.compile_beside([text])
    first, *_, last = capsys.readouterr().err.splitlines()
    assert first.rstrip() == "autograd.compile: compiling 0 of 1 kernel"
    assert "compiling 1 kernel took 0." in last
