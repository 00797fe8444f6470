use super::LossReason;
use super::id::Ticket;
use crate::action::Completion;

/// The state of one outstanding action. A session borrows or owns as many as may be outstanding at once.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    deadline: u64,
    completion: Completion,
    phase: Phase,
    /// The number of actions that have had the slot, on all connections.
    generation: u32,
}

/// The progress of the answer to an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Free,
    /// No response has arrived. The mark is the outbox's at the end of the action.
    Asked {
        mark: u32,
    },
    /// A list is open.
    Listing {
        entries: u32,
    },
    /// The response has arrived, the event has not.
    Awaiting,
}

impl Slot {
    /// A free slot.
    pub const FREE: Self =
        Self { deadline: 0, completion: Completion::Response, phase: Phase::Free, generation: 0 };

    pub(super) fn is_free(&self) -> bool {
        self.phase == Phase::Free
    }

    pub(crate) fn deadline(&self) -> Option<u64> {
        (!self.is_free()).then_some(self.deadline)
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

    /// Returns the ticket of the slot's action, or of its last one. `slot` is its number.
    pub(super) fn ticket(&self, slot: u32) -> Ticket {
        Ticket { slot, generation: self.generation }
    }

    /// Returns the ticket that the next action will have.
    pub(super) fn next(&self, slot: u32) -> Ticket {
        self.ticket(slot).next()
    }

    pub(super) fn take(&mut self, ticket: Ticket, completion: Completion, mark: u32, deadline: u64) {
        *self = Self { deadline, completion, phase: Phase::Asked { mark }, generation: ticket.generation };
    }

    /// Frees the slot. Returns the reason that the action is lost, for an unanswered one from its mark.
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
