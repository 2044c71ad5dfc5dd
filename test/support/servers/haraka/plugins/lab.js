// @ts-nocheck: Haraka runs it, with its own global names.
// The mailboxes and restrictions of the test server.
const { randomUUID } = require('node:crypto');
const fs = require('node:fs');

const LOGIN_PORTS = [Number('@starttls@'), Number('@tls@')];
const MAILBOXES = ['alice', 'bob', 'refused', 'later', 'quota', 'closing', 'jörg'];
const deferred = new Set();
let accepted = [];

const addressOf = ({ user, host }) => `${user}@${host}`;
const isAt = (connection, port) => connection.local.port === Number(port);

exports.hook_connect = (next, connection) => {
  if (isAt(connection, '@client@')) return next(DENYDISCONNECT, 'Your IP address is not allowed to send mail');
  next();
};

const checkName = (next, connection, name) => {
  if (isAt(connection, '@heloAtOnce@') && name !== 'app.lab.test') return next(DENY, 'HELO must be the full name of this machine');
  next();
};

exports.hook_ehlo = checkName;
exports.hook_helo = checkName;

exports.hook_mail = (next, connection, [sender]) => {
  if (LOGIN_PORTS.includes(connection.local.port)) {
    if (!connection.tls.enabled) return next(DENY, 'Must issue a STARTTLS command first');
    if (!connection.relaying) return next(DENY, 'Authentication required');
  }
  if (connection.relaying && addressOf(sender) !== '@username@') return next(DENY, 'Sender address is not owned by this user');
  if (isAt(connection, '@policy@') && sender.user === 'blocked') return next(DENY, 'Sender rejected');
  if (isAt(connection, '@rate@')) {
    accepted = accepted.filter((time) => time > Date.now() - 2_000);
    if (accepted.length >= 3) return next(DENYSOFT, 'Rate limit exceeded');
    accepted.push(Date.now());
  }
  next();
};

exports.hook_rcpt = (next, connection, [recipient]) => {
  if (connection.relaying) return next(OK);
  if (recipient.host !== 'lab.test') return next();
  const name = recipient.user;
  if (!MAILBOXES.includes(name)) return next(DENY, `No such user: ${name}`);
  if (isAt(connection, '@policy@')) {
    if (name === 'refused') return next(DENY, 'Rejected by the policy of this company');
    if (name === 'later') return next(DENYSOFT, 'Please try again later');
    if (name === 'quota') return next(DENY, 'Mailbox quota exceeded');
    if (name === 'closing') return next(DENYSOFTDISCONNECT, 'Closing for maintenance');
  }
  if (isAt(connection, '@greylisting@') && !deferred.has(name)) {
    deferred.add(name);
    return next(DENYSOFT, 'Greylisted, please try again later');
  }
  if (isAt(connection, '@recipients@') && connection.transaction.rcpt_to.length > 2) return next(DENYSOFT, 'Too many recipients');
  next(OK);
};

exports.hook_data_post = (next, connection) => {
  const { transaction } = connection;
  if (isAt(connection, '@content@') && transaction.header.get('subject').startsWith('FORBIDDEN'))
    return next(DENY, 'This message scored 12.3 spam points');
  next();
};

const store = (next, { transaction }) => {
  transaction.message_stream.get_data((data) => {
    for (const recipient of transaction.rcpt_to) {
      const file = randomUUID();
      const head = `Return-Path: <${addressOf(transaction.mail_from)}>\r\nDelivered-To: ${addressOf(recipient)}\r\n`;
      fs.writeFileSync(`@mail@/tmp/${file}`, Buffer.concat([Buffer.from(head), data]));
      fs.renameSync(`@mail@/tmp/${file}`, `@mail@/new/${file}`);
    }
    next(OK);
  });
};

exports.hook_queue = store;
// After a login.
exports.hook_queue_outbound = store;
