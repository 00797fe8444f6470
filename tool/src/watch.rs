//! The threads that wait for a signal and for the end of the reader of standard output.

use std::sync::Arc;

use crate::failure::Failure;
use crate::queue::{Interruption, Queue};

/// Interrupts the queue at the first signal that ends programs. If the tool has not ended a second
/// later, for example because the reader of standard output does not read, or at a second signal,
/// it ends at once.
///
/// A signal that is ignored when the tool starts stays ignored, as in a command after `nohup`.
#[cfg(unix)]
pub(crate) fn signals(queue: &Arc<Queue>) -> Result<(), Failure> {
    use std::thread;
    use std::time::Duration;

    use signal_hook::iterator::Signals;

    use crate::signals;

    let cannot = |error| Failure::Local(format!("cannot wait for signals: {error}"));
    let mut signals = Signals::new(signals::ending()).map_err(cannot)?;
    let queue = Arc::clone(queue);
    let wait = move || {
        for signal in signals.forever() {
            if queue.interrupt(Interruption::Signal(signal)) {
                signals::end_by(signal);
            }
            thread::spawn(move || {
                thread::sleep(Duration::from_secs(1));
                signals::end_by(signal);
            });
        }
    };
    thread::Builder::new().name("ami-signals".into()).spawn(wait).map(drop).map_err(cannot)
}

/// Other systems end the program by themselves.
#[cfg(not(unix))]
pub(crate) fn signals(_: &Arc<Queue>) -> Result<(), Failure> {
    Ok(())
}

/// Starts both threads.
#[cfg(feature = "calls")]
pub(crate) fn both(queue: &Arc<Queue>) -> Result<(), Failure> {
    signals(queue)?;
    output(queue)
}

/// Returns the failure with which an interruption ends the command. A signal ends the tool here.
pub(crate) fn end(interruption: Interruption) -> Failure {
    match interruption {
        Interruption::OutputClosed => Failure::OutputClosed,
        #[cfg(unix)]
        Interruption::Signal(signal) => crate::signals::end_by(signal),
        // Other systems never report a signal.
        #[cfg(not(unix))]
        Interruption::Signal(_) => Failure::OutputClosed,
    }
}

/// Interrupts the queue when the reader of standard output has closed it, even if there is nothing
/// to print. Only a pipe or a socket has such a reader.
#[cfg(unix)]
pub(crate) fn output(queue: &Arc<Queue>) -> Result<(), Failure> {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::fs::{FileType, fstat};
    use rustix::io::Errno;

    let is_read = |mode| matches!(FileType::from_raw_mode(mode), FileType::Fifo | FileType::Socket);
    if !fstat(rustix::stdio::stdout()).is_ok_and(|stat| is_read(stat.st_mode)) {
        return Ok(());
    }
    let queue = Arc::clone(queue);
    let wait = move || {
        // The errors are reported without being asked for.
        let mut output = [PollFd::from_borrowed_fd(rustix::stdio::stdout(), PollFlags::empty())];
        loop {
            match poll(&mut output, None) {
                Err(Errno::INTR) => {}
                // Without this thread, the next write finds out.
                Err(_) => return,
                Ok(_) => {
                    queue.interrupt(Interruption::OutputClosed);
                    return;
                }
            }
        }
    };
    let thread = std::thread::Builder::new().name("ami-output".into()).spawn(wait);
    thread.map(drop).map_err(|error| Failure::Local(format!("cannot wait for standard output: {error}")))
}

/// On other systems only a write finds out.
#[cfg(not(unix))]
pub(crate) fn output(_: &Arc<Queue>) -> Result<(), Failure> {
    Ok(())
}
