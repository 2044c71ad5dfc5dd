import { BadRequestException, Body, Controller, Post } from '@nestjs/common';
import { MailError } from 'nestjs-adminjs-smtp';
import { Billing } from './billing.js';

/** `POST /demo/invoice {"to": "a@b.c"}` */
@Controller('demo')
export class DemoController {
  constructor(private readonly billing: Billing) {}

  @Post('invoice')
  async invoice(@Body() body: unknown) {
    const to = typeof body === 'object' && body !== null && 'to' in body ? body.to : undefined;
    if (typeof to !== 'string') throw new BadRequestException('Send JSON with one address: {"to": "a@b.c"}');
    try {
      const { order, mail } = await this.billing.bill(to);
      return { order: order.id, mail };
    } catch (error) {
      if (!(error instanceof MailError) || error.code !== 'INVALID_MESSAGE') throw error;
      throw new BadRequestException({ statusCode: 400, code: error.code, message: error.message });
    }
  }
}
