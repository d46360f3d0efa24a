//! The output pasted into `examples/README.md` is what its commands print.
//!
//! ```text
//! .ci/guide                   runs them all and says what differs
//! UPDATE_GUIDE=1 .ci/guide    and writes what they print now into the guide
//! ```
//! A block of the guide whose first line begins with `$ ` is run, command by command, in one folder;
//! a block below `<!-- file: NAME -->` shows a file that a command wrote. A line that is nothing but
//! `…` stands for any number of lines. Figures in prose are not checked: read them again after an
//! update.
#![cfg(unix)]

#[path = "guide/pasted.rs"]
mod pasted;
#[path = "guide/shell.rs"]
mod shell;

use std::fs;
use std::path::Path;

use pasted::{Block, blocks, difference, refreshed};
use shell::Shell;

#[test]
#[ignore = "trains on the whole corpus: .ci/guide runs it in release"]
fn the_guide_shows_what_its_commands_print() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/README.md");
    let guide = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = guide.lines().collect();
    let mut shell = Shell::new();
    let (mut now, mut copied, mut wrong) = (Vec::new(), 0, Vec::new());
    let blocks = blocks(&lines);
    assert!(blocks.len() > 10, "{} blocks found: does the guide still mark them?", blocks.len());
    for Block { what, pasted } in &blocks {
        let printed = shell.show(what);
        let shown = &lines[pasted.clone()];
        let fresh = refreshed(shown, &printed);
        if let Some(lines) = difference(shown, &fresh) {
            wrong.push(format!("line {}: {what}\n{lines}", pasted.start + 1));
        }
        now.extend(lines[copied..pasted.start].iter().map(ToString::to_string));
        now.extend(fresh);
        copied = pasted.end;
    }
    now.extend(lines[copied..].iter().map(ToString::to_string));
    if std::env::var_os("UPDATE_GUIDE").is_some() {
        fs::write(&path, now.join("\n") + "\n").unwrap();
        println!("{} of {} blocks written anew", wrong.len(), blocks.len());
        wrong.iter().for_each(|wrong| println!("{wrong}"));
        return;
    }
    assert!(
        wrong.is_empty(),
        "examples/README.md shows what its commands do not print (- pasted, + printed):\n\n{}\n\n\
         UPDATE_GUIDE=1 .ci/guide writes it anew",
        wrong.join("\n\n")
    );
}
