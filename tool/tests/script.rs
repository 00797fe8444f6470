//! `ami serve --script`, and the test in Python that the README of the PBX shows.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder that is removed at the end of its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("embedded-ami-script-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("writable");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The folder of the tool, followed by the usual ones.
fn search_path() -> OsString {
    let tool = Path::new(env!("CARGO_BIN_EXE_ami")).parent().expect("a folder").to_owned();
    let usual = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(tool).chain(std::env::split_paths(&usual));
    std::env::join_paths(all).expect("a path")
}

#[test]
fn a_mistake_ends_the_tool_with_one_line_that_names_it() {
    let folder = Folder::new("mistake");
    let file = folder.0.join("faults.toml");
    std::fs::write(&file, "[[rule]]\non = \"Ping\"\nanser = {}\n").expect("writable");
    for (file, reason) in [
        (file.clone(), ":3: unknown key anser; did you mean answer? a rule has on, match, answer, "),
        (folder.0.join("none.toml"), ": "),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ami"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--user", "a", "--script"]).arg(&file);
        let output = command.env("AMI_SECRET", "s").stdin(Stdio::null()).output().expect("ami runs");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.starts_with(&format!("ami: {}{reason}", file.display())), "{text}");
        assert!(text.lines().count() == 1 && output.stdout.is_empty(), "{text}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn the_python_test_of_the_readme_passes() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../pbx/README.md");
    let readme = std::fs::read_to_string(readme).expect("the README of the PBX");
    let program = readme.split("```python\n").nth(1).and_then(|rest| rest.split("```").next());
    let program = program.expect("a program in Python");
    assert!(program.lines().count() <= 20, "the program has become long");
    let run = |program: &str, name| {
        let folder = Folder::new(name);
        let mut python = Command::new("python3");
        python.args(["-c", program]).current_dir(&folder.0).env("PATH", search_path());
        python.stdin(Stdio::null()).output()
    };
    let output = match run(program, "python") {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: this machine has no python3");
            return;
        }
        output => output.expect("python3 runs"),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // It notices if the PBX does something else.
    let output = run(&program.replace("cut = 20", "cut = 21"), "python-cut").expect("python3 runs");
    assert!(!output.status.success());
}
