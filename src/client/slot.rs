use super::Loss;
use super::id::Ticket;
use crate::action::Reply;

/// Room for one outstanding action; a session borrows or owns as many as there may be at once.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    deadline: u64,
    reply: Reply,
    phase: Phase,
    /// Counts the actions that had the slot, on all connections.
    generation: u32,
}

/// How far the answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Free,
    /// No response; the outbox's mark behind the action.
    Asked {
        mark: u32,
    },
    /// A list is open.
    Listing {
        items: u32,
    },
    /// The response came, the event did not.
    Awaiting,
}

impl Slot {
    /// A free slot.
    pub const FREE: Self = Self { deadline: 0, reply: Reply::Response, phase: Phase::Free, generation: 0 };

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

    pub(crate) fn reply(&self) -> Reply {
        self.reply
    }

    /// The ticket of its action, or of the last one, in the slot of that number.
    pub(super) fn ticket(&self, slot: u32) -> Ticket {
        Ticket { slot, generation: self.generation }
    }

    /// The ticket that the next action would have.
    pub(super) fn next(&self, slot: u32) -> Ticket {
        self.ticket(slot).next()
    }

    pub(super) fn take(&mut self, ticket: Ticket, reply: Reply, mark: u32, deadline: u64) {
        *self = Self { deadline, reply, phase: Phase::Asked { mark }, generation: ticket.generation };
    }

    /// Frees the slot; what is known of the action then.
    pub(super) fn lose(&mut self, unanswered: impl FnOnce(u32) -> Loss) -> Loss {
        match core::mem::replace(&mut self.phase, Phase::Free) {
            Phase::Asked { mark } => unanswered(mark),
            Phase::Listing { items } => Loss::CutShort { items },
            Phase::Awaiting | Phase::Free => Loss::CutShort { items: 0 },
        }
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self::FREE
    }
}
