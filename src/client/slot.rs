use super::LossReason;
use super::id::Ticket;
#[cfg(target_pointer_width = "64")]
use super::schedule::Links;
use crate::action::Completion;

/// Storage for the state of one outstanding action. A session owns or borrows as many slots as
/// actions may be outstanding at once.
///
/// ```
/// use embedded_ami::client::{Session, Slot};
///
/// let owned = Session::new([Slot::FREE; 4]);
///
/// let mut slots = [Slot::FREE; 2];
/// let borrowed = Session::new(&mut slots[..]);
/// assert_eq!(borrowed.outstanding(), 0);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    deadline: u64,
    completion: Completion,
    phase: Phase,
    /// The number of actions that have used the slot, on all connections.
    generation: u32,
    #[cfg(target_pointer_width = "64")]
    pub(super) links: Links,
}

/// The progress of the answer to an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Free,
    /// The action is written, and no response has arrived.
    Asked {
        /// The outbox's mark for the end of the action.
        mark: u32,
    },
    /// The list has begun.
    Listing {
        entries: u32,
    },
    /// The response has arrived, but not the event.
    Awaiting,
}

impl Slot {
    /// A slot without an action.
    pub const FREE: Self = Self {
        deadline: 0,
        completion: Completion::Response,
        phase: Phase::Free,
        generation: 0,
        #[cfg(target_pointer_width = "64")]
        links: Links::NONE,
    };

    pub(super) fn is_free(&self) -> bool {
        self.phase == Phase::Free
    }

    /// Returns whether the response of the slot's action has not arrived.
    pub(super) fn is_asked(&self) -> bool {
        matches!(self.phase, Phase::Asked { .. })
    }

    pub(crate) fn deadline(&self) -> Option<u64> {
        (!self.is_free()).then_some(self.deadline)
    }

    /// Returns whether the deadline of the slot's action, which may have ended, is later than this.
    #[cfg(target_pointer_width = "64")]
    pub(super) fn has_deadline_after(&self, deadline: u64) -> bool {
        self.deadline > deadline
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    pub(super) fn set_phase(&mut self, phase: Phase) {
        self.phase = phase;
    }

    pub(crate) fn completion(&self) -> Completion {
        self.completion
    }

    /// Returns the number of actions that have used the slot.
    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    /// Gives the slot to an action.
    pub(super) fn take(&mut self, ticket: Ticket, completion: Completion, mark: u32, deadline: u64) {
        *self = Self {
            deadline,
            completion,
            phase: Phase::Asked { mark },
            generation: ticket.generation(),
            #[cfg(target_pointer_width = "64")]
            links: self.links,
        };
    }

    /// Frees the slot and returns the reason for which its action is lost. `unanswered` returns
    /// that of an action without a response, from its mark.
    pub(super) fn lose(&mut self, unanswered: impl FnOnce(u32) -> LossReason) -> LossReason {
        match core::mem::replace(&mut self.phase, Phase::Free) {
            Phase::Asked { mark } => unanswered(mark),
            Phase::Listing { entries } => LossReason::CutShort { entries },
            Phase::Awaiting | Phase::Free => LossReason::CutShort { entries: 0 },
        }
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self::FREE
    }
}
