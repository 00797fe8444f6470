use super::Request;
use crate::wire::{EncodeError, HeaderWriter, Outbox};

/// Writes a response with the ActionID of its request.
pub(super) fn respond<B: AsRef<[u8]> + AsMut<[u8]>>(
    request: &Request<'_>,
    kind: &str,
    outbox: &mut Outbox<B>,
    headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    outbox.write(|out| {
        out.header("Response", kind)?;
        put_action_id(request, out)?;
        headers(out)
    })
}

/// Writes the ActionID of a request, if it has one.
pub(super) fn put_action_id(request: &Request<'_>, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
    request.action_id().map_or(Ok(()), |id| out.header_sanitized("ActionID", &[id.as_bytes()]))
}
