/** The orders: a list in memory, with what a body must look like. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const MOST = 100; // a demo that anybody may write to must not grow without end

/** The body of a new order. Unknown members are refused: a typing error is better told than dropped. */
export const NewOrder = z.strictObject({
  item: z.string().trim().min(1).max(80),
  quantity: z.int().min(1).max(100),
});

/** Returns a fresh list of orders. */
export function createOrders() {
  const orders = [
    { id: randomUUID(), item: 'Sealing wax', quantity: 12 },
    { id: randomUUID(), item: 'Signet ring', quantity: 1 },
  ];
  return {
    all: () => orders,
    find: (id) => orders.find((order) => order.id === id),
    add(fields, sub) {
      const order = { id: randomUUID(), ...fields, ordered_by: sub };
      orders.push(order);
      if (orders.length > MOST) orders.shift();
      return order;
    },
  };
}
