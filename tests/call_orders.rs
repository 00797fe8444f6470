//! Every order of the calls of a session, not a sample: the client session and the server session
//! are called in each order up to a depth, and each result is compared with a model of the
//! documented contract.
//!
//! The session must agree with its model in everything that can be seen: the result of each call,
//! the stage, the deadline, the outstanding actions and every byte written. After each order, time
//! passes until nothing is left to wait for, or the connection ends; then every action has ended.
//!
//! Orders have up to 4 calls, with `AMI_THOROUGH=1` 6, and `AMI_DEPTH` sets another number. Before
//! the last call, at most one may be a call that must change nothing, such as one that fails. If it
//! changes something all the same, the calls after it show that. With `AMI_THOROUGH=1`, the orders
//! of up to 4 calls are made without this limit, too.

#[path = "session/call_orders.rs"]
mod client;
#[path = "common/mod.rs"]
mod common;
#[path = "server/call_orders.rs"]
mod server;

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

use common::{in_parallel, thorough};

/// The number of calls of the longest orders by default.
const SHORT: usize = 4;

/// A model of the contract of a session.
trait Model: Clone + PartialEq + Sync {
    /// A call as an order names it, such as "submit an action".
    type Call: Copy + Debug + Sync + 'static;
    /// The same call with the arguments that it has in that order.
    type Done;
    /// The session under test with its outbox.
    type World;

    /// Returns a session that nothing has been done with.
    fn world(&self) -> Self::World;
    /// Makes a call and compares its results with those of the model.
    fn call(&mut self, world: &mut Self::World, call: Self::Call) -> Self::Done;
    /// Makes a call again whose results have been compared before.
    fn again(world: &mut Self::World, done: &Self::Done);
    /// Lets time pass, or ends the connection, until nothing is left to happen.
    fn end(self, world: Self::World, by_time: bool);
}

/// Returns the number of calls of the longest orders.
fn depth() -> usize {
    match std::env::var("AMI_DEPTH") {
        Ok(text) => text.parse().expect("AMI_DEPTH is a number"),
        Err(_) if thorough() => 6,
        Err(_) => SHORT,
    }
}

/// Makes the calls of `start`, then each order of the calls.
fn every_order<M: Model>(name: &str, model: &M, start: &[M::Call], calls: &[M::Call]) {
    orders(name, model, start, calls, depth(), 1);
    if thorough() {
        orders(name, model, start, calls, SHORT, SHORT);
    }
}

/// Makes the calls of `start`, then each order of up to `depth` calls. At most `idle` calls before
/// the last are ones that must change nothing.
fn orders<M: Model>(name: &str, model: &M, start: &[M::Call], calls: &[M::Call], depth: usize, idle: usize) {
    let count = AtomicU64::new(0);
    let begin = std::time::Instant::now();
    in_parallel(calls.len(), |first| {
        let mut orders = Orders { calls, made: Vec::new(), done: Vec::new(), count: 0 };
        let mut model = model.clone();
        let mut world = model.world();
        for &call in start {
            orders.made.push(call);
            let done = model.call(&mut world, call);
            orders.done.push(done);
        }
        orders.extend(&model, &calls[first..=first], depth, idle);
        count.fetch_add(orders.count, Ordering::Relaxed);
    });
    let seconds = begin.elapsed().as_secs_f32();
    println!("{name}: {} orders of up to {depth} calls in {seconds:.1} s", count.into_inner());
}

/// The orders that begin with the same calls.
struct Orders<'a, M: Model> {
    calls: &'a [M::Call],
    /// The calls so far, and the same with their arguments.
    made: Vec<M::Call>,
    done: Vec<M::Done>,
    count: u64,
}

impl<M: Model> Orders<'_, M> {
    /// Makes each call after those so far, and then each order of up to `depth - 1` more. At most
    /// `idle` calls before the last are ones that must change nothing.
    fn extend(&mut self, model: &M, calls: &[M::Call], depth: usize, idle: usize) {
        let mut world = None;
        for &call in calls {
            self.made.push(call);
            self.count += 1;
            let mut next = model.clone();
            // A session cannot be copied, so the calls so far are made again, unless the last one
            // must have changed nothing.
            let mut now = world.take().unwrap_or_else(|| self.world(model));
            let done = next.call(&mut now, call);
            let is_idle = next == *model;
            if is_idle {
                world = Some(now);
            } else {
                next.clone().end(now, self.count % 2 == 0);
            }
            let idle = idle.checked_sub(usize::from(is_idle));
            if let (Some(idle), true) = (idle, depth > 1) {
                self.done.push(done);
                self.extend(&next, self.calls, depth - 1, idle);
                self.done.pop();
            }
            self.made.pop();
        }
    }

    /// Returns a session after the calls so far.
    fn world(&self, model: &M) -> M::World {
        let mut world = model.world();
        self.done.iter().for_each(|done| M::again(&mut world, done));
        world
    }
}

impl<M: Model> Drop for Orders<'_, M> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in the order {:?}", self.made);
        }
    }
}

#[test]
fn every_order_of_the_calls_of_a_client_session() {
    for (name, model, start) in client::starts() {
        every_order(name, &model, start, &client::Call::ALL);
    }
}

#[test]
fn every_order_of_the_calls_of_a_server_session() {
    for (name, model, start) in server::starts() {
        every_order(name, &model, start, &server::Call::ALL);
    }
}
