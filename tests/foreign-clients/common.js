// Shared by the node drivers: the server, the call, and steps that report where and why a run
// failed. Both clients give header names in lower case.
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

  // Runs a step with a limit of 10 s. `work` may return the text to print for the step.
  async step(name, work) {
    const fail = (reason) => {
      console.error(`${this.client}: ${name}: ${reason}`);
      process.exit(1);
    };
    const timer = setTimeout(() => fail('not done in 10 s'), 10000);
    this.done.push((await work().catch(fail)) || name);
    clearTimeout(timer);
  }

  end() {
    console.log(`${this.client}: ${this.done.join(', ')}: ok`);
    process.exit(0);
  }
}

async function until(condition) {
  while (!condition()) await sleep(10);
}

// Returns the events of both halves of a Local channel.
const ofCall = (events, channel) => events.filter((event) => event.channel?.startsWith(channel.slice(0, -1)));

const beganAndEnded = (events, channel) =>
  ['Newchannel', 'Hangup'].every((name) => events.some((event) => event.event === name && event.channel === channel));

// Checks a list of channels and returns the number of entries: all of its events except the last,
// which has the server's count.
function count(events) {
  const entries = events.slice(0, -1);
  const last = events.at(-1);
  for (const entry of entries) assert(entry.event === 'CoreShowChannel' && entry.channel, JSON.stringify(entry));
  assert.equal(last.eventlist, 'Complete');
  assert.equal(last.listitems, entries.length);
  return entries.length;
}

module.exports = { host, port, user, secret, CALL, NO_CHANNEL, Run, sleep, until, ofCall, beganAndEnded, count };
