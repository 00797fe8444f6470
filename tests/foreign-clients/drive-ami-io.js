// Drives ami-io, which uses callbacks and collects lists. It waits for the banner, and its actions
// start with a header "id".
'use strict';
const assert = require('node:assert');
const { Client, Action, SilentLogger } = require('ami-io');
const { host, port, user, secret, CALL, NO_CHANNEL, Run } = require('./common.js');
const { sleep, until, ofCall, beganAndEnded, count } = require('./common.js');

const run = new Run('ami-io');
const client = new Client({ host, port, login: user, password: secret, encoding: 'utf8', logger: new SilentLogger() });
const events = [];
let disconnected = false;

// ami-io's own ActionIDs are 1, 2, 3. Every session receives every OriginateResponse, and one of
// another session ends the program if it arrives before ami-io's response with the same ActionID.
// So give the actions unique ids.
const named = (action) => Object.assign(action, { ActionID: `${process.pid}-${action.id}` });

const send = (action) =>
  new Promise((resolve) => client.send(named(action), (error, response) => resolve({ error, response })));

const originate = (more) => send(Object.assign(new Action.Originate(), CALL, more));

(async () => {
  await run.step('login plain', async () => {
    client.on('rawEvent', (event) => events.push(event));
    client.on('disconnected', () => (disconnected = true));
    const connected = new Promise((resolve, reject) => {
      client.on('connected', resolve);
      client.on('incorrectLogin', () => reject(new Error('incorrectLogin')));
      client.on('incorrectServer', (banner) => reject(new Error(`incorrectServer: ${banner}`)));
      client.on('socketError', reject);
    });
    client.connect();
    await connected;
    assert.notEqual(client.getVersion(), '<unknown>');
  });

  await run.step('ping', async () => {
    const { response } = await send(new Action.Ping());
    assert.equal(response.response, 'Success');
    assert.equal(response.ping, 'Pong');
  });

  let originated;
  await run.step('originate', async () => {
    // With this header, which is sent to the server as well, ami-io returns the event instead of
    // the response.
    const { response } = await originate({ WaitEvent: true });
    originated = response;
    assert.equal(originated.event, 'OriginateResponse');
    assert.equal(originated.response, 'Success');
  });

  await run.step('events', async () => {
    await until(() => beganAndEnded(events, originated.channel));
    return `${ofCall(events, originated.channel).length} events`;
  });

  await run.step('list', async () => {
    let entries = 0;
    // Repeat until a list has both channels of a call.
    for (let n = 0; n < 10 && entries < 2; n++) {
      await originate();
      await sleep(50);
      const { response } = await send(new Action.CoreShowChannels());
      assert.equal(response.response, 'Success');
      entries = count(response.events);
    }
    assert(entries > 1, 'no call in it');
    return `list of ${entries} entries`;
  });

  await run.step('command', async () => {
    // After "Command output follows" ami-io waits for the events of a list, which never arrive. So
    // take the response as it was read: its headers have only the last line of output, its raw
    // lines have all.
    const action = named(Object.assign(new Action.Command(), { Command: 'core show version' }));
    const read = new Promise((resolve) => {
      client.on('needParseResponse', (response) => response.actionid === action.ActionID && resolve(response));
    });
    client.send(action, () => {});
    const response = await read;
    assert.equal(response.response, 'Success');
    assert.match(response.incomingData.filter((line) => line.startsWith('Output: ')).join('\n'), /Asterisk/);
  });

  await run.step('error', async () => {
    const { error } = await send(Object.assign(new Action.Hangup(), { Channel: NO_CHANNEL }));
    assert.equal(error.response, 'Error');
    assert.equal(error.message, 'No such channel');
  });

  await run.step('logoff', async () => {
    // ami-io treats every response except Success as an error.
    const { error } = await send(new Action.Logoff());
    assert.equal(error.response, 'Goodbye');
    await until(() => disconnected);
  });

  run.end();
})();
