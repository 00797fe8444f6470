//! The classes that a user lacks in `manager.conf`, for the errors of actions that are not
//! permitted.

use embedded_ami::action;
use embedded_ami::client::ResponseStatus;
use embedded_ami::io::blocking::Error;

use crate::failure::Failure;

/// Returns the continuation of the error of an action, with the classes that the user needs. Empty
/// if the error has another reason than the permission.
pub(crate) fn hint(error: &Error, action: &str) -> String {
    match error {
        Error::Response { status: ResponseStatus::PermissionDenied, .. } => needed(action),
        _ => String::new(),
    }
}

/// Returns the classes of which the user needs one for an action, as a continuation of an error.
pub(crate) fn needed(action: &str) -> String {
    let info = action::all().find(|info| info.name.eq_ignore_ascii_case(action));
    let labels: Vec<_> = info.iter().flat_map(|info| info.classes.labels()).collect();
    let classes = match &labels[..] {
        [] => "a class".into(),
        [label] => format!("the class {label}"),
        labels => format!("one of the classes {}", labels.join(", ")),
    };
    format!("; the user needs {classes} in write of manager.conf")
}

/// Adds a continuation to the error that the server answered.
pub(crate) fn add(failure: Failure, hint: &str) -> Failure {
    match failure {
        Failure::ErrorResponse(text) if !hint.is_empty() => {
            Failure::ErrorResponse(format!("{}{hint}", text.trim_end_matches('.')))
        }
        failure => failure,
    }
}
