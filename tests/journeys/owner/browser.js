// Runs the document's functions, as they stand there, in what they take for a browser; prints a line of JSON for each check.
'use strict';

const fs = require('node:fs');

const { names, services, razorpay, product, slug, email, password } = JSON.parse(process.argv[3]);

// --- the browser

/** What the shop said last. */
let last = {};

/** Only the document's hosts are mapped: to where the test's services are. */
const mappedFetch = async (url, options) => {
  const response = await fetch(url.replace(/^http:\/\/localhost:(\d+)/, (_, port) => services[port]), options);
  last = { status: response.status, body: await response.clone().json() };
  return response;
};

const kept = new Map();
const localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, String(value)),
};

/** What checkout.js brings, with a customer who pays by UPI at once. */
class Razorpay {
  constructor(options) {
    this.options = options;
  }

  open() {
    window.payment = this.pay();
  }

  async pay() {
    const { key, amount, currency, order_id, prefill, handler } = this.options;
    const response = await fetch(`${razorpay}/checkout`, {
      method: 'POST',
      body: JSON.stringify({ key, amount, currency, order_id, ...prefill, method: 'upi' }),
    });
    await handler(await response.json());
  }
}

let isOnline = true;
const document = {
  createElement: (name) => ({ name }),
  body: {
    appendChild: (script) => {
      if (isOnline && script.src === 'https://checkout.razorpay.com/v1/checkout.js') {
        window.Razorpay = Razorpay;
        setTimeout(script.onload);
      } else {
        setTimeout(script.onerror);
      }
    },
  },
};
const window = { document, location: { href: '/cart' } };

// --- what the document leaves to the page

const user = { name: 'Asha Kulkarni', email, phone: '+919822012345' };

const verifyPayment = async (payment, response) => {
  const answer = await mappedFetch(`http://localhost:8005/api/v1/payments/verify/${payment}`, {
    method: 'POST',
    headers: shop.getAuthHeaders(),
    body: JSON.stringify(response),
  });
  window.verified = await answer.json();
};

const page = { fetch: mappedFetch, localStorage, window, document, verifyPayment, user };
const source = `${fs.readFileSync(process.argv[2], 'utf8')}\nreturn { ${names.join(', ')} };`;
const shop = new Function(...Object.keys(page), source)(...Object.values(page));

// --- the checks

/** Prints what `act` returns, or throws and what the shop had said then. */
const check = async (name, act) => {
  last = {};
  let told;
  try {
    told = { value: (await act()) ?? null };
  } catch (error) {
    told = { error: error.message, body: last.body };
  }
  console.log(JSON.stringify({ check: name, status: last.status, ...told }));
  return told.value;
};

/** Does something as the bearer of another token. */
const as = async (token, act) => {
  const own = localStorage.getItem('auth_token');
  localStorage.setItem('auth_token', token);
  const value = await act();
  localStorage.setItem('auth_token', own);
  return value;
};

const address = {
  full_name: 'Asha Kulkarni', phone: '98220 12345', address_line1: '7 Laxmi Road',
  city: 'Pune', state: 'Maharashtra', postal_code: '411001',
};
const order = { items: [{ product_id: product, quantity: 1 }], shippingAddress: address, paymentMethod: 'upi' };

const account = async () => {
  await check('a guest adds to a cart', () => shop.addToCart(product));
  await check('a guest sees a cart', () => shop.getCart());
  const asha = { email, password, firstName: 'Asha', lastName: 'Kulkarni' };
  const registered = await check('register', () => shop.registerUser(asha));
  await check('the token of a registration', () => localStorage.getItem('auth_token'));
  await check('register twice', () => shop.registerUser(asha));
  await check('a wrong password', () => shop.loginUser({ email, password: `${password}!` }));
  await check('log in', () => shop.loginUser({ email, password }));
  await check('what a log-in leaves', () => Object.fromEntries(kept));
  await check('headers', () => shop.getAuthHeaders());
  await check('profile', () => shop.fetchUserProfile());
  await as('nonsense', () => check('a profile of nobody', () => shop.fetchUserProfile()));
  await check('where nobody goes', () => window.location.href);
  return registered.user.id;
};

const catalogue = async () => {
  const first = await check('products', () => shop.fetchProducts());
  const { category, brand } = first.data.items.find((item) => item.brand);
  const filters = { category_id: category.id, brand_id: brand.id, min_price: 1, max_price: 5000, page: 1, page_size: 2 };
  await check('filtered products', () => shop.fetchProducts(filters));
  await check('found products', () => shop.fetchProducts({ search: 'Kokum' }));
  await check('wrong filters', () => shop.fetchProducts({ page: -1 }));
  await check('a product', () => shop.fetchProductDetail(product));
  await check('no product', () => shop.fetchProductDetail(999999));
  await check('a product by slug', () => shop.fetchProductBySlug(slug));
  await check('no product by slug', () => shop.fetchProductBySlug('nothing-of-that-name'));
};

const cart = async () => {
  await check('add', () => shop.addToCart(product, 2));
  await check('add too many', () => shop.addToCart(product, 100000));
  const { data } = await check('cart', () => shop.getCart());
  await as('nonsense', () => check('a cart of nobody', () => shop.getCart()));
  await check('change a line', () => shop.updateCartItem(data.items[0].id, 1));
  await check('change no line', () => shop.updateCartItem(999999, 1));
};

const payment = async (customer) => {
  await check('a wrong order', () => shop.createOrder({ items: [], paymentMethod: 'barter' }));
  const { data } = await check('an order', () => shop.createOrder(order));
  await check('orders', () => shop.getUserOrders(customer));
  const wanted = { orderId: data.id, amount: data.total_amount, paymentMethod: 'upi', gateway: 'razorpay' };
  await check('a wrong amount', () => shop.initiatePayment({ ...wanted, amount: 1 }));
  const initiated = await check('a payment', () => shop.initiatePayment(wanted));
  isOnline = false;
  await check('no script', () => shop.loadRazorpayScript());
  await check('no checkout', () => shop.openRazorpayCheckout(initiated));
  isOnline = true;
  await check('a script', () => shop.loadRazorpayScript());
  await check('a checkout', async () => {
    await shop.openRazorpayCheckout(initiated);
    await window.payment;
    return window.verified;
  });
  await check('the same amount as a float', () => initiated.amount * 100);
};

(async () => {
  const customer = await account();
  await catalogue();
  await cart();
  await payment(customer);
})();
