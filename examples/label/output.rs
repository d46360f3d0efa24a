//! Where the labelled rows go. A file is written beside its name and takes the name when it is
//! whole, so that nobody ever finds half of one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Error, Result, anyhow, bail};
use same_file::Handle;
use tempfile::{Builder, NamedTempFile};

/// The exit status of a run that was interrupted.
const INTERRUPTED: i32 = 130;

/// The unfinished file, for the one who interrupts us. Whoever holds the lock decides what becomes
/// of it.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// An open output.
pub(crate) struct Output {
    name: String,
    to: To,
}

enum To {
    /// Standard output, or a device or pipe with a name.
    Stream(Box<dyn Write>),
    /// A file that takes the name at the end.
    File { unfinished: NamedTempFile, path: PathBuf, replace: bool },
}

/// Opens the output called `name`, `-` for standard output; `replace` lets it take the place of a
/// file.
pub(crate) fn create(name: &str, replace: bool) -> Result<Output> {
    let path = Path::new(name);
    if name == "-" {
        return Ok(stream("standard output", io::stdout()));
    }
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => {
            bail!("{name} is a folder; add the name of a file to write in it")
        }
        Ok(about) if !about.is_file() => {
            let device = OpenOptions::new().write(true).open(path);
            Ok(stream(name, device.map_err(|error| explain(name, error))?))
        }
        Ok(_) if !replace => {
            bail!("{name} exists; choose another name, or add --force to replace it")
        }
        _ => create_file(name, path, replace),
    }
}

fn stream(name: &str, to: impl Write + 'static) -> Output {
    Output { name: name.to_owned(), to: To::Stream(Box::new(to)) }
}

fn create_file(name: &str, path: &Path, replace: bool) -> Result<Output> {
    // Through a link the file it points to is replaced, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Where a signal is handled or ignored already, as by nohup, it stays so: an interruption then
    // leaves a hidden unfinished file, never one under the final name.
    let _ = ctrlc::try_set_handler(interrupted);
    let mut unfinished_path = lock();
    let unfinished = temporary(folder, &path).with_context(|| {
        format!("cannot write in the folder of {name}; choose another place with -o")
    })?;
    *unfinished_path = Some(unfinished.path().to_owned());
    Ok(Output { name: name.to_owned(), to: To::File { unfinished, path, replace } })
}

/// A new file in `folder` with the permissions any file would get there, or those of the file it
/// will replace.
fn temporary(folder: &Path, path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".label-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    if let Ok(about) = fs::metadata(path) {
        file.as_file().set_permissions(about.permissions())?;
    }
    Ok(file)
}

impl Output {
    /// Everything has been written: a file takes its name.
    pub(crate) fn finish(mut self) -> Result<()> {
        let flushed = self.flush();
        flushed.map_err(|error| self.explain(error))?;
        let To::File { unfinished, path, replace } = self.to else { return Ok(()) };
        unfinished.as_file().sync_all().map_err(|error| explain(&self.name, error))?;
        let mut unfinished_path = lock();
        let kept =
            if replace { unfinished.persist(path) } else { unfinished.persist_noclobber(path) };
        *unfinished_path = None;
        kept.map(drop).map_err(|failed| explain(&self.name, failed.error))
    }

    /// What a failure to write means for the one who asked for it.
    pub(crate) fn explain(&self, error: io::Error) -> Error {
        explain(&self.name, error)
    }
}

fn explain(name: &str, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => error.into(),
        io::ErrorKind::StorageFull => {
            anyhow!("cannot write {name}: the disk is full; make room, or choose another place")
        }
        io::ErrorKind::AlreadyExists => {
            anyhow!("{name} has come into being meanwhile; add --force to replace it")
        }
        _ => anyhow!("cannot write {name}: {error}"),
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Stream(stream) => stream.write(bytes),
            To::File { unfinished, .. } => unfinished.as_file_mut().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stream(stream) => stream.flush(),
            To::File { unfinished, .. } => unfinished.as_file_mut().flush(),
        }
    }
}

fn lock() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// On Ctrl-C or a request to end: the unfinished file goes. The lock is kept to the end, so that it
/// can't take its name.
fn interrupted() {
    let unfinished = lock();
    if let Some(path) = unfinished.as_deref() {
        let _ = fs::remove_file(path);
        let _ = writeln!(io::stderr(), "label: interrupted; nothing was written");
    }
    process::exit(INTERRUPTED);
}

/// Refuses to write into the file that is being read, whatever names it goes by.
pub(crate) fn refuse_input_as_output(input: &str, output: &str) -> Result<()> {
    let (Ok(from), Ok(to)) = (handle(input, Handle::stdin), handle(output, Handle::stdout)) else {
        return Ok(());
    };
    let is_file = |file: &File| file.metadata().is_ok_and(|about| about.is_file());
    if from == to && is_file(from.as_file()) {
        bail!("the input and the output are the same file; write to another name with -o");
    }
    Ok(())
}

fn handle(name: &str, standard: fn() -> io::Result<Handle>) -> io::Result<Handle> {
    if name == "-" { standard() } else { Handle::from_path(name) }
}
