//! The actions. Each is a method of the engine.

mod console;
mod control;
mod database;
mod events;
mod originate;
mod queue;
mod show;
mod variables;

pub(crate) use queue::send_member_event;
