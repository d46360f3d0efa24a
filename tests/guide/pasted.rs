//! Finds what is pasted into a guide, and compares it with what is printed.

use std::fmt;
use std::ops::Range;

/// What the pasted lines come from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A command, its lines as they stand.
    Command(String),
    /// A file.
    File(String),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Command(command) => write!(f, "$ {command}"),
            What::File(name) => write!(f, "the file {name}"),
        }
    }
}

/// Pasted lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) what: What,
    pub(crate) pasted: Range<usize>,
}

/// All that is pasted, in the order of the guide.
pub(crate) fn blocks(lines: &[&str]) -> Vec<Block> {
    let fences: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].starts_with("```")).collect();
    let mut blocks = Vec::new();
    for fence in fences.chunks_exact(2) {
        let inside = fence[0] + 1..fence[1];
        let above = lines[..fence[0]].iter().rev().find(|line| !line.is_empty()).copied();
        let file = above.and_then(|line| line.strip_prefix("<!-- file: ")?.strip_suffix(" -->"));
        if let Some(name) = file {
            blocks.push(Block { what: What::File(name.to_owned()), pasted: inside });
        } else if lines[inside.start].starts_with("$ ") {
            blocks.extend(commands(lines, inside));
        }
    }
    blocks
}

fn commands(lines: &[&str], inside: Range<usize>) -> Vec<Block> {
    let mut commands = Vec::new();
    let mut at = inside.start;
    while at < inside.end {
        let first = at;
        while lines[at].ends_with('\\') {
            at += 1;
        }
        let command = lines[first..=at].join("\n")[2..].to_owned();
        let start = at + 1;
        at = (start..inside.end).find(|&at| lines[at].starts_with("$ ")).unwrap_or(inside.end);
        commands.push(Block { what: What::Command(command), pasted: start..at });
    }
    commands
}

/// Stands for lines that are not shown, however far it is indented.
fn is_gap(line: &str) -> bool {
    line.trim() == "…"
}

/// What is printed, shortened where the pasted lines are: the first ones and the last ones stay as
/// many as they are, and of those between two gaps the ones that differ in figures only.
pub(crate) fn refreshed(pasted: &[&str], printed: &[String]) -> Vec<String> {
    let parts: Vec<&[&str]> = pasted.split(|line| is_gap(line)).collect();
    let mut gaps = pasted.iter().filter(|line| is_gap(line)).map(ToString::to_string);
    let [first, between @ .., last] = &parts[..] else { return kept(pasted, printed) };
    let shown = pasted.len() - (parts.len() - 1);
    if parts.len() == 1 || shown >= printed.len() {
        return kept(pasted, printed);
    }
    let mut rest = &printed[first.len()..printed.len() - last.len()];
    let mut fresh = kept(first, &printed[..first.len()]);
    for part in between {
        fresh.extend(gaps.next());
        for line in *part {
            let Some(at) = rest.iter().position(|new| skeleton(new) == skeleton(line)) else {
                continue;
            };
            fresh.push(rest[at].clone());
            rest = &rest[at + 1..];
        }
    }
    fresh.extend(gaps);
    fresh.extend(kept(last, &printed[printed.len() - last.len()..]));
    fresh
}

/// The printed lines, but for those that tell the time it took: they differ from run to run.
fn kept(pasted: &[&str], printed: &[String]) -> Vec<String> {
    let time = pasted.iter().find(|line| is_time(line));
    let line = |new: &String| match time {
        Some(old) if is_time(new) => (*old).to_owned(),
        _ => new.clone(),
    };
    printed.iter().map(line).collect()
}

fn is_time(line: &str) -> bool {
    line.starts_with("time ") && line.ends_with(" rows/s")
}

/// A line without its figures.
fn skeleton(line: &str) -> String {
    let is_figure = |c: char| c.is_ascii_digit() || ".+-%".contains(c);
    line.split_whitespace().map(|word| word.replace(is_figure, "")).collect::<Vec<_>>().join(" ")
}

/// The lines that only one of the two has; `None` if they are the same.
pub(crate) fn difference(pasted: &[&str], fresh: &[String]) -> Option<String> {
    if pasted.iter().map(|line| line.trim_end()).eq(fresh.iter().map(|line| line.trim_end())) {
        return None;
    }
    let old = pasted.iter().filter(|line| !fresh.iter().any(|new| new == line.trim_end()));
    let new = fresh.iter().filter(|new| !pasted.iter().any(|line| line.trim_end() == *new));
    let lines: Vec<_> = old
        .map(|line| format!("  - {line}"))
        .chain(new.map(|line| format!("  + {line}")))
        .collect();
    let reordered = || "  the same lines in another order or number".to_owned();
    Some(if lines.is_empty() { reordered() } else { lines.join("\n") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn commands_files_and_their_output_are_found() {
        let guide = "```text\n$ one \\\n  more\na\nb\n$ two\n```\n```text\nnot run\n```\n\
            <!-- file: m.toml -->\n\n```toml\nx = 1\n```";
        let lines: Vec<&str> = guide.lines().collect();
        let command = |text: &str| What::Command(text.to_owned());
        let expected = [
            Block { what: command("one \\\n  more"), pasted: 3..5 },
            Block { what: command("two"), pasted: 6..6 },
            Block { what: What::File("m.toml".to_owned()), pasted: 13..14 },
        ];
        assert_eq!(blocks(&lines), expected);
    }

    #[test]
    fn a_changed_figure_is_seen_and_a_time_is_not() {
        let pasted = ["91 right", "time 0.02 s, 18 rows/s"];
        let same = printed("91 right\ntime 0.50 s, 7 rows/s");
        assert_eq!(difference(&pasted, &refreshed(&pasted, &same)), None);
        let other = printed("92 right\ntime 0.50 s, 7 rows/s");
        let told = difference(&pasted, &refreshed(&pasted, &other)).unwrap();
        assert_eq!(told, "  - 91 right\n  + 92 right");
        assert!(difference(&pasted, &refreshed(&pasted, &printed("91 right"))).is_some());
    }

    #[test]
    fn what_is_not_shown_stays_hidden_and_what_is_shown_is_compared() {
        let pasted = ["head 1", "…", "  own.accuracy  0.95", "  …", "tail 3"];
        let now = printed("head 1\nx\n  own.accuracy  0.97\ny\ntail 4");
        let fresh = refreshed(&pasted, &now);
        assert_eq!(fresh, ["head 1", "…", "  own.accuracy  0.97", "  …", "tail 4"]);
        let gone = refreshed(&pasted, &printed("head 1\nx\nz\nv\ny\ntail 3"));
        assert_eq!(difference(&pasted, &gone).unwrap(), "  -   own.accuracy  0.95");
        let short = printed("head 1\ntail 3");
        assert_eq!(refreshed(&pasted, &short), ["head 1", "tail 3"], "nothing is shown twice");
    }
}
