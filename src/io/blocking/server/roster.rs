use std::collections::BTreeSet;
use std::time::Duration;
use std::vec::Vec;

use super::connection::Connection;
use super::listen::ServerStream;

/// The open connections, with the order in which they must be served. Every operation takes a time
/// that does not depend on the number of connections that are idle, except those that name all.
pub(super) struct Roster<T> {
    /// The connections by their keys. The key of a closed connection is given to a later one.
    places: Vec<Option<Place<T>>>,
    free: Vec<usize>,
    /// The keys of the connections to serve, each of them once.
    active: Vec<usize>,
    /// The time of each connection that has one, with its key.
    timers: BTreeSet<(Duration, usize)>,
}

struct Place<T> {
    connection: Connection<T>,
    is_active: bool,
    /// The time in `timers`.
    timer: Option<Duration>,
}

impl<T: ServerStream> Roster<T> {
    pub(super) const fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new(), active: Vec::new(), timers: BTreeSet::new() }
    }

    /// Returns the number of connections.
    pub(super) fn len(&self) -> usize {
        self.places.len().saturating_sub(self.free.len())
    }

    /// Returns the key that the next connection will have.
    pub(super) fn next_key(&self) -> usize {
        self.free.last().copied().unwrap_or(self.places.len())
    }

    /// Adds a connection, to be served at once.
    pub(super) fn add(&mut self, connection: Connection<T>) {
        let key = self.next_key();
        let place = Some(Place { connection, is_active: true, timer: None });
        match self.free.pop().and_then(|key| self.places.get_mut(key)) {
            Some(free) => *free = place,
            None => self.places.push(place),
        }
        self.active.push(key);
    }

    fn place(&mut self, key: usize) -> Option<&mut Place<T>> {
        self.places.get_mut(key)?.as_mut()
    }

    pub(super) fn get(&mut self, key: usize) -> Option<&mut Connection<T>> {
        self.place(key).map(|place| &mut place.connection)
    }

    /// Removes and returns a connection. It must not be among those to serve.
    pub(super) fn remove(&mut self, key: usize) -> Option<Connection<T>> {
        let place = self.places.get_mut(key)?.take()?;
        self.free.push(key);
        if let Some(time) = place.timer {
            self.timers.remove(&(time, key));
        }
        Some(place.connection)
    }

    /// Returns the connection to serve at this position in the order.
    pub(super) fn active(&self, at: usize) -> Option<usize> {
        self.active.get(at).copied()
    }

    pub(super) fn has_active(&self) -> bool {
        !self.active.is_empty()
    }

    /// Moves the keys of the connections to serve to `keys`, so that none is left.
    pub(super) fn take_active(&mut self, keys: &mut Vec<usize>) {
        keys.clear();
        std::mem::swap(keys, &mut self.active);
        for &key in &*keys {
            if let Some(place) = self.place(key) {
                place.is_active = false;
            }
        }
    }

    /// Has a connection served, whose stream may have input or accept output.
    pub(super) fn wake(&mut self, key: usize) {
        if let Some(place) = self.place(key) {
            place.connection.wake();
        }
        self.activate(key);
    }

    /// Has every connection served.
    pub(super) fn wake_all(&mut self) {
        for key in 0..self.places.len() {
            self.wake(key);
        }
    }

    /// Has those connections served whose time has come.
    pub(super) fn wake_due(&mut self, now: Duration) {
        while let Some(&(time, key)) = self.timers.first().filter(|(time, _)| *time <= now) {
            self.timers.remove(&(time, key));
            if let Some(place) = self.place(key) {
                place.timer = None;
            }
            self.wake(key);
        }
    }

    /// Has a connection served that can go on without its stream.
    pub(super) fn activate(&mut self, key: usize) {
        if let Some(Some(place)) = self.places.get_mut(key) {
            if !std::mem::replace(&mut place.is_active, true) {
                self.active.push(key);
            }
        }
    }

    /// Calls `change` with each connection, and has those served for which it returns true.
    pub(super) fn activate_if(&mut self, mut change: impl FnMut(&mut Connection<T>) -> bool) {
        for (key, place) in self.places.iter_mut().enumerate() {
            if let Some(place) = place {
                if change(&mut place.connection) && !std::mem::replace(&mut place.is_active, true) {
                    self.active.push(key);
                }
            }
        }
    }

    /// Sets or removes the time at which a connection is served even if nothing happens.
    pub(super) fn set_timer(&mut self, key: usize, time: Option<Duration>) {
        let Some(place) = self.place(key) else { return };
        let before = std::mem::replace(&mut place.timer, time);
        if before == time {
            return;
        }
        if let Some(before) = before {
            self.timers.remove(&(before, key));
        }
        self.timers.extend(time.map(|time| (time, key)));
    }

    /// Returns the first time at which a connection is served even if nothing happens.
    pub(super) fn next_timer(&self) -> Option<Duration> {
        self.timers.first().map(|&(time, _)| time)
    }

    /// Removes all connections and calls `end` with each.
    pub(super) fn clear(&mut self, end: impl FnMut(Connection<T>)) {
        let places = std::mem::replace(self, Self::new()).places;
        places.into_iter().flatten().map(|place| place.connection).for_each(end);
    }
}
