import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { MailService, type QueuedMail } from 'nestjs-adminjs-smtp';
import type { DataSource } from 'typeorm';
import { Order } from './orders.js';

/** Saves an order and queues its invoice in one transaction. This is all the mail code that an application needs. */
@Injectable()
export class Billing {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly mail: MailService,
  ) {}

  async bill(email: string): Promise<{ order: Order; mail: QueuedMail }> {
    return this.dataSource.transaction(async (manager) => {
      const order = await manager.save(Order, { email, cents: 4200 });
      const total = (order.cents / 100).toFixed(2);
      const mail = await this.mail.send(
        {
          to: email,
          subject: `Your invoice ${order.id}`,
          text: `Thank you for your order.\n\nInvoice ${order.id}: EUR ${total}\n`,
          html: `<p>Thank you for your order.</p><p>Invoice <b>${order.id}</b>: EUR ${total}</p>`,
          activity: 'invoice',
        },
        { manager },
      );
      return { order, mail };
    });
  }
}
