// Drives the simulator with Razorpay's own client for Node, and checks its signatures with the client's own functions.
//
//   node drive.js URL KEY_ID KEY_SECRET WEBHOOK_SECRET

const assert = require('node:assert/strict');
const http = require('node:http');
const Razorpay = require('razorpay');
const { validatePaymentVerification, validateWebhookSignature } = require('razorpay/dist/utils/razorpay-utils');

const [url, keyId, keySecret, webhookSecret] = process.argv.slice(2);
const razorpay = new Razorpay({ key_id: keyId, key_secret: keySecret });
razorpay.api.rq.defaults.baseURL = url;

const control = async (path, body, method = 'POST') => {
  const answer = await fetch(`${url}/_control/${path}`, { method, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
};

const refusal = async (call) => {
  try {
    await call();
  } catch (refused) {
    return refused;
  }
  throw new Error('it was not refused');
};

// A server that keeps what it is sent, as text and untouched.
const listen = () =>
  new Promise((ready) => {
    const heard = [];
    const server = http.createServer((request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        heard.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
        response.end();
      });
    });
    server.listen(0, '127.0.0.1', () => ready({ server, heard, url: `http://127.0.0.1:${server.address().port}/` }));
  });

const steps = {
  async 'an order is made, fetched and listed'() {
    const order = await razorpay.orders.create({ amount: 1999, receipt: 'node-1', notes: { order: 'अ "1" \\ €' } });
    assert.equal(order.currency, 'INR');
    assert.deepEqual(await razorpay.orders.fetch(order.id), order);
    const found = await razorpay.orders.all({ receipt: 'node-1' });
    assert.deepEqual(found.items, [order]);
    const plain = await razorpay.orders.create({ amount: 100 });
    assert.deepEqual(plain.notes, []);
    assert.equal((await razorpay.orders.edit(plain.id, { notes: { a: 'b' } })).notes.a, 'b');
  },

  async 'a payment is fetched and captured, and its callback verified'() {
    const order = await razorpay.orders.create({ amount: 1999, payment_capture: false });
    const paid = await control('pay', { order_id: order.id, method: 'card' });
    const ids = { order_id: order.id, payment_id: paid.razorpay_payment_id };
    assert.equal(validatePaymentVerification(ids, paid.razorpay_signature, keySecret), true);
    assert.equal(validatePaymentVerification(ids, paid.razorpay_signature, 'other'), false);
    assert.equal((await razorpay.payments.fetch(ids.payment_id)).status, 'authorized');
    const expanded = await razorpay.payments.fetch(ids.payment_id, { 'expand[]': 'card' });
    assert.equal(expanded.card.last4, '1111');
    const captured = await razorpay.payments.capture(ids.payment_id, 1999, 'INR');
    assert.deepEqual([captured.status, captured.captured, captured.order_id], ['captured', true, order.id]);
    const payments = await razorpay.orders.fetchPayments(order.id);
    assert.deepEqual([payments.count, payments.items[0].id], [1, captured.id]);
    assert.equal((await razorpay.payments.all({ count: 1 })).items[0].id, captured.id);
    assert.equal((await razorpay.orders.fetch(order.id)).status, 'paid');
  },

  async 'a payment is refunded in parts, with and without a key'() {
    const order = await razorpay.orders.create({ amount: 5000 });
    const { razorpay_payment_id: payment } = await control('pay', { order_id: order.id });
    const refund = await razorpay.payments.refund(payment, { amount: 1000, speed: 'normal', receipt: 'r-1' });
    assert.deepEqual([refund.amount, refund.status, refund.receipt, refund.notes], [1000, 'processed', 'r-1', []]);
    assert.deepEqual(await razorpay.refunds.fetch(refund.id), refund);
    assert.deepEqual(await razorpay.refunds.fetch(refund.id, { payment_id: payment }), refund);
    // The client's own calls cannot send the header: its list of headers is closed.
    const headers = { 'X-Refund-Idempotency': 'node-key-0001' };
    const again = () => razorpay.api.rq.post(`/v1/payments/${payment}/refund`, { amount: 500 }, { headers });
    assert.equal((await again()).data.id, (await again()).data.id);
    assert.equal((await razorpay.payments.fetch(payment)).amount_refunded, 1500);
    const refunds = await razorpay.payments.fetchMultipleRefund(payment, { count: 10 });
    assert.deepEqual([refunds.count, refunds.items[1].id], [2, refund.id]);
    assert.equal((await razorpay.refunds.all({ payment_id: payment })).count, 2);
  },

  async 'errors have the shape that the client expects'() {
    const small = await refusal(() => razorpay.orders.create({ amount: 99 }));
    assert.equal(small.statusCode, 400);
    assert.equal(small.error.code, 'BAD_REQUEST_ERROR');
    assert.equal(small.error.reason, 'amount_less_than_minimum_amount');
    const unknown = await refusal(() => razorpay.payments.fetch('pay_00000000000000'));
    assert.equal(unknown.error.description, 'The id provided does not exist');
    const stranger = new Razorpay({ key_id: keyId, key_secret: 'guess' });
    stranger.api.rq.defaults.baseURL = url;
    assert.equal((await refusal(() => stranger.orders.all())).statusCode, 401);
    await control('faults', { fault: 'bad_gateway', requests: 1 });
    assert.deepEqual(await refusal(() => razorpay.orders.all()), { statusCode: 502, error: undefined });
  },

  async 'webhooks are verified'() {
    const { server, heard, url: target } = await listen();
    await control('webhook', { url: target }, 'PUT');
    const order = await razorpay.orders.create({ amount: 1999, notes: { name: 'आशा', quote: '"\\/\u2028' } });
    await control('pay', { order_id: order.id });
    while (heard.length < 3) await new Promise((later) => setTimeout(later, 5));
    await control('webhook', { url: '' }, 'PUT');
    server.close();
    for (const { headers, body } of heard) {
      const signature = headers['x-razorpay-signature'];
      assert.equal(validateWebhookSignature(body, signature, webhookSecret), true);
      assert.equal(validateWebhookSignature(`${body} `, signature, webhookSecret), false);
      assert.equal(Razorpay.validateWebhookSignature(body, signature, keySecret), false);
    }
    assert.deepEqual(JSON.parse(heard[2].body).payload.order.entity.notes, order.notes);
    assert.equal(new Set(heard.map(({ headers }) => headers['x-razorpay-event-id'])).size, 3);
  },
};

(async () => {
  for (const [name, step] of Object.entries(steps)) {
    await step();
    console.log(`ok: ${name}`);
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
