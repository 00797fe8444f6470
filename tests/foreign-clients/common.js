// What the node drivers share: the server, the call, and steps that say where a run failed and why.
// Both clients show headers with lower-case names.
'use strict';
const assert = require('node:assert');
const { setTimeout: sleep } = require('node:timers/promises');

const { AMI_HOST: host, AMI_PORT: port, AMI_USER: user, AMI_SECRET: secret } = process.env;

const CALL = { Channel: 'Local/102@test', Context: 'test', Exten: '102', Priority: '1', Async: 'true' };
const NO_CHANNEL = 'Local/102@test-none;1';

class Run {
  constructor(client) {
    this.client = `${client} ${require(`${client}/package.json`).version}`;
    this.done = [];
  }

  // `work` may return what is printed about the step; 10 s for each.
  async step(name, work) {
    const fail = (why) => {
      console.error(`${this.client}: ${name}: ${why}`);
      process.exit(1);
    };
    const late = setTimeout(() => fail('not done in 10 s'), 10000);
    this.done.push((await work().catch(fail)) || name);
    clearTimeout(late);
  }

  end() {
    console.log(`${this.client}: ${this.done.join(', ')}: ok`);
    process.exit(0);
  }
}

async function until(condition) {
  while (!condition()) await sleep(10);
}

// The events of one half of a Local channel and of the other.
const ofCall = (events, channel) => events.filter((event) => event.channel?.startsWith(channel.slice(0, -1)));

const beganAndEnded = (events, channel) =>
  ['Newchannel', 'Hangup'].every((name) => events.some((event) => event.event === name && event.channel === channel));

// How many entries a list of channels has: all but the last of its events, which has the server's count.
function count(events) {
  const entries = events.slice(0, -1);
  const last = events.at(-1);
  for (const entry of entries) assert(entry.event === 'CoreShowChannel' && entry.channel, JSON.stringify(entry));
  assert.equal(last.eventlist, 'Complete');
  assert.equal(last.listitems, entries.length);
  return entries.length;
}

module.exports = { host, port, user, secret, CALL, NO_CHANNEL, Run, sleep, until, ofCall, beganAndEnded, count };
