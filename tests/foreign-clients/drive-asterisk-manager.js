// Drives asterisk-manager, which uses callbacks. It sorts the headers of an action, and sends the
// name of the action unchanged.
'use strict';
const assert = require('node:assert');
const AsteriskManager = require('asterisk-manager');
const { host, port, user, secret, CALL, NO_CHANNEL, Run } = require('./common.js');
const { sleep, until, ofCall, beganAndEnded, count } = require('./common.js');

const run = new Run('asterisk-manager');
const events = [];
let ami;
let closed = false;
let actions = 0;

// asterisk-manager's own ActionIDs are the time in milliseconds. If two actions are sent in the
// same millisecond, it takes the OriginateResponse of the first for the response of the second. The
// same can happen with an OriginateResponse of another session, since every session receives these
// events. So give the actions unique ids.
const send = (action) =>
  new Promise((resolve) => {
    const actionid = `${process.pid}-${++actions}`;
    ami.action({ ...action, actionid }, (error, response) => resolve({ error, response }));
  });

const originate = async () => {
  const { response } = await send({ action: 'originate', ...CALL });
  assert.equal(response.response, 'Success');
  return response.actionid;
};

const answers = (id) => events.filter((event) => event.actionid === id);

(async () => {
  await run.step('login plain', async () => {
    ami = new AsteriskManager(port, host, user, secret, true);
    ami.on('managerevent', (event) => events.push(event));
    ami.on('close', () => (closed = true));
    const response = await new Promise((resolve, reject) => {
      ami.once('response', resolve);
      ami.once('error', reject);
    });
    assert.equal(response.message, 'Authentication accepted');
  });

  await run.step('ping', async () => {
    const { response } = await send({ action: 'ping' });
    assert.equal(response.response, 'Success');
    assert.equal(response.ping, 'Pong');
  });

  let originated;
  await run.step('originate', async () => {
    const id = await originate();
    await until(() => answers(id).length);
    [originated] = answers(id);
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
      const { response } = await send({ action: 'coreshowchannels' });
      assert.equal(response.response, 'Success');
      const list = () => answers(response.actionid);
      await until(() => list().some((event) => event.event === 'CoreShowChannelsComplete'));
      entries = count(list());
    }
    assert(entries > 1, 'no call in it');
    return `list of ${entries} entries`;
  });

  await run.step('command', async () => {
    const { response } = await send({ action: 'command', command: 'core show version' });
    assert.equal(response.response, 'Success');
    // One line of output is a string, several are an array of strings.
    assert.match([response.output].flat().join('\n'), /Asterisk/);
  });

  await run.step('error', async () => {
    const { error } = await send({ action: 'hangup', channel: NO_CHANNEL });
    assert.equal(error.response, 'Error');
    assert.equal(error.message, 'No such channel');
  });

  await run.step('logoff', async () => {
    const { response } = await send({ action: 'logoff' });
    assert.equal(response.response, 'Goodbye');
    await until(() => closed);
  });

  run.end();
})();
