use super::{Slot, Ticket};

/// The index of no slot. The slot with this index is beyond those of actions.
const NONE: u16 = u16::MAX;

/// The outstanding actions in the order of their deadlines, for 64 bits.
///
/// It is a list through the slots, so that neither the next deadline nor a free slot is searched in
/// all slots. An action is added at the end of the list, where it belongs if all have the same time
/// limit, or before those with a later deadline.
///
/// A slot that has become free stays in the list until it is the first one or is given to another
/// action.
pub(super) struct Schedule {
    first: u16,
    last: u16,
    /// The number of slots of which none is free.
    taken: u16,
}

/// The neighbours of a slot in the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links {
    previous: u16,
    next: u16,
}

impl Links {
    pub(super) const NONE: Self = Self { previous: NONE, next: NONE };
}

impl Schedule {
    /// The list without an action.
    pub(super) const EMPTY: Self = Self { first: NONE, last: NONE, taken: 0 };

    /// Returns the first deadline, or `None` if no action is outstanding.
    #[inline]
    pub(super) fn deadline(&self, slots: &[Slot]) -> Option<u64> {
        let mut at = self.first;
        // The slots are the caller's. If they are not the same any more, the list may have no end.
        for _ in slots {
            let slot = get(slots, at)?;
            if let Some(deadline) = slot.deadline() {
                return Some(deadline);
            }
            at = slot.links.next;
        }
        None
    }

    /// Returns the first free slot, with the ticket of its last action.
    pub(super) fn free_slot<'a>(&self, slots: &'a mut [Slot]) -> Option<(Ticket, &'a mut Slot)> {
        let numbers = u32::from(self.taken)..Ticket::SLOTS;
        let slots = slots.get_mut(usize::from(self.taken)..)?;
        let (index, slot) = numbers.zip(slots).find(|(_, slot)| slot.is_free())?;
        Some((Ticket::new(index.wrapping_add(1), slot.generation())?, slot))
    }

    /// Adds an action, whose slot was the first free one.
    pub(super) fn add(&mut self, slots: &mut [Slot], ticket: Ticket) {
        let added = index(ticket);
        self.drop_free(slots);
        self.unlink(slots, added);
        let Some(deadline) = get(slots, added).and_then(Slot::deadline) else { return };
        self.taken = added.saturating_add(1);
        let mut links = Links { previous: self.last, next: NONE };
        for _ in 0..slots.len() {
            let Some(slot) = get(slots, links.previous).filter(|slot| slot.has_deadline_after(deadline))
            else {
                break;
            };
            links = Links { previous: slot.links.previous, next: links.previous };
        }
        if let Some(slot) = get_mut(slots, added) {
            slot.links = links;
        }
        self.set_next(slots, links.previous, added);
        self.set_previous(slots, links.next, added);
    }

    /// Takes note that the slot of an action has become free.
    pub(super) fn release(&mut self, slots: &mut [Slot], ticket: Ticket) {
        self.taken = self.taken.min(index(ticket));
        self.drop_free(slots);
    }

    /// Removes free slots from the beginning of the list.
    fn drop_free(&mut self, slots: &mut [Slot]) {
        for _ in 0..slots.len() {
            if get(slots, self.first).is_none_or(|slot| !slot.is_free()) {
                break;
            }
            self.unlink(slots, self.first);
        }
    }

    /// Removes a slot if it is in the list.
    fn unlink(&mut self, slots: &mut [Slot], at: u16) {
        let Some(slot) = get_mut(slots, at) else { return };
        let Links { previous, next } = core::mem::replace(&mut slot.links, Links::NONE);
        if previous != NONE || self.first == at {
            self.set_next(slots, previous, next);
            self.set_previous(slots, next, previous);
        }
    }

    /// Sets the slot after this one, or the first one if this is none.
    fn set_next(&mut self, slots: &mut [Slot], at: u16, next: u16) {
        match get_mut(slots, at) {
            Some(slot) => slot.links.next = next,
            None => self.first = next,
        }
    }

    /// Sets the slot before this one, or the last one if this is none.
    fn set_previous(&mut self, slots: &mut [Slot], at: u16, previous: u16) {
        match get_mut(slots, at) {
            Some(slot) => slot.links.previous = previous,
            None => self.last = previous,
        }
    }
}

/// Returns the index of the slot of an action.
fn index(ticket: Ticket) -> u16 {
    u16::try_from(ticket.index()).unwrap_or(NONE)
}

/// Returns the slot with this index, if it can be in the list.
fn get(slots: &[Slot], at: u16) -> Option<&Slot> {
    slots.get(usize::from(at)).filter(|_| at != NONE)
}

/// Like [`get`], for changes.
fn get_mut(slots: &mut [Slot], at: u16) -> Option<&mut Slot> {
    slots.get_mut(usize::from(at)).filter(|_| at != NONE)
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::action::Completion;
    use crate::client::slot::Phase;

    /// Returns the indices in the list, and checks that both directions agree.
    fn listed(schedule: &Schedule, slots: &[Slot]) -> Vec<u16> {
        let (mut listed, mut at, mut previous) = (Vec::new(), schedule.first, NONE);
        while let Some(slot) = get(slots, at) {
            assert_eq!(slot.links.previous, previous);
            assert!(!listed.contains(&at));
            listed.push(at);
            (previous, at) = (at, slot.links.next);
        }
        assert_eq!((at, previous), (NONE, schedule.last));
        listed
    }

    fn take(schedule: &mut Schedule, slots: &mut [Slot], deadline: u64) -> Option<Ticket> {
        let (ticket, slot) = schedule.free_slot(slots)?;
        let ticket = ticket.next();
        slot.take(ticket, Completion::Response, 0, deadline);
        schedule.add(slots, ticket);
        Some(ticket)
    }

    /// Actions begin and end in any order and with any time limits.
    #[test]
    fn the_first_deadline_and_the_first_free_slot_are_those_of_a_search() {
        let mut random = fastrand::Rng::with_seed(3);
        for (count, most) in [(1, 1), (2, 2), (3, 3), (7, 7), (40, 40), (40, 12), (0x1_0001, 30)] {
            let mut slots = vec![Slot::FREE; count];
            let mut schedule = Schedule::EMPTY;
            let mut tickets = Vec::new();
            for now in 0..if count < 100 { 4_000 } else { 300 } {
                if tickets.len() < most && random.bool() {
                    let free = slots.iter().position(Slot::is_free).unwrap() as u32;
                    let deadline = now + *random.choice(&[1, 50, 50, 50, 500]).unwrap();
                    let ticket = take(&mut schedule, &mut slots, deadline).unwrap();
                    assert_eq!(ticket.index(), free);
                    tickets.push(ticket);
                } else if !tickets.is_empty() {
                    let ticket = tickets.swap_remove(random.usize(..tickets.len()));
                    slots[ticket.index() as usize].set_phase(Phase::Free);
                    schedule.release(&mut slots, ticket);
                    assert!(get(&slots, schedule.first).is_none_or(|slot| !slot.is_free()));
                }
                assert_eq!(schedule.deadline(&slots), slots.iter().filter_map(Slot::deadline).min());
                let listed = listed(&schedule, &slots);
                assert!(tickets.iter().all(|&ticket| listed.contains(&index(ticket))));
            }
        }
    }

    /// The slots of a session are the caller's, so they may be any others in the next call.
    #[test]
    fn a_list_through_other_slots_is_left() {
        for seed in 0..2_000 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut slots = vec![Slot::FREE; 3];
            let mut schedule = Schedule::EMPTY;
            for _ in 0..20 {
                let mut at = || *random.choice(&[0, 1, 2, 3, NONE]).unwrap();
                (schedule.first, schedule.last, schedule.taken) = (at(), at(), at());
                slots.iter_mut().for_each(|slot| slot.links = Links { previous: at(), next: at() });
                let deadline = schedule.deadline(&slots);
                assert!(deadline.is_none_or(|at| slots.iter().any(|slot| slot.deadline() == Some(at))));
                if let Some(ticket) = take(&mut schedule, &mut slots, random.u64(..4)) {
                    slots[ticket.index() as usize].set_phase(Phase::Free);
                    schedule.release(&mut slots, ticket);
                }
            }
        }
    }

    /// There are as many tickets as slots that an ActionID can name.
    #[test]
    fn the_last_slot_is_that_of_the_last_ticket() {
        let mut slots = vec![Slot::FREE; 0x1_0001];
        let mut schedule = Schedule::EMPTY;
        for number in 1..=Ticket::SLOTS {
            assert_eq!(take(&mut schedule, &mut slots, 5), Ticket::new(number, 1));
        }
        assert_eq!(take(&mut schedule, &mut slots, 5), None);
        let last = Ticket::new(Ticket::SLOTS, 1).unwrap();
        slots[last.index() as usize].set_phase(Phase::Free);
        schedule.release(&mut slots, last);
        assert_eq!(take(&mut schedule, &mut slots, 5), Some(last.next()));
        assert_eq!(schedule.deadline(&slots), Some(5));
    }
}
