//! `ami explain`: explains an action or event.

use clap::Args;

use crate::failure::Failure;

#[derive(Args)]
pub(crate) struct Options {}

pub(crate) fn run(_options: &Options) -> Result<(), Failure> {
    Err(Failure::Usage("not there yet".into()))
}
