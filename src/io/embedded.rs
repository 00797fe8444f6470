//! Moving bytes between a transport with the `embedded_io` traits and the caller's storage.

use embedded_io::{Read, Write};

use crate::wire::{Decoder, Outbox};

/// Reads once into the decoder, after [`Step::NeedInput`](crate::wire::Step::NeedInput). Returns
/// how many bytes came; none is the end of the stream, of which the decoder has then been told.
///
/// # Errors
///
/// The transport's.
///
/// ```
/// use embedded_ami::io::embedded::read;
/// use embedded_ami::wire::{Decoder, Role, Step};
/// let mut uart: &[u8] = b"Asterisk Call Manager/11.0.0\r\n";
/// let mut decoder = Decoder::new([0; 64], Role::Client).unwrap();
/// assert_eq!(decoder.poll(), Step::NeedInput);
/// read(&mut decoder, &mut uart).unwrap();
/// assert_eq!(decoder.poll(), Step::Message);
/// ```
pub fn read<B, R>(decoder: &mut Decoder<B>, transport: &mut R) -> Result<usize, R::Error>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    R: Read,
{
    let n = transport.read(decoder.space())?;
    match n {
        0 => decoder.finish(),
        _ => decoder.advance(n),
    }
    Ok(n)
}

/// Writes what is pending in the outbox and flushes the transport.
///
/// # Errors
///
/// The transport's. What it took before stays sent, what it did not take stays pending.
///
/// ```
/// use embedded_ami::io::embedded::write;
/// use embedded_ami::wire::{Outbox, Recipient};
/// let mut outbox = Outbox::new([0; 64], Recipient::Asterisk);
/// outbox.write(|message| message.header("Action", "Ping")).unwrap();
/// let mut wire = [0; 64];
/// let mut uart = &mut wire[..];
/// write(&mut outbox, &mut uart).unwrap();
/// assert!(outbox.pending().is_empty());
/// ```
pub fn write<B, W>(outbox: &mut Outbox<B>, transport: &mut W) -> Result<(), W::Error>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    W: Write,
{
    while !outbox.pending().is_empty() {
        let n = transport.write(outbox.pending())?;
        outbox.sent(n);
    }
    transport.flush()
}
