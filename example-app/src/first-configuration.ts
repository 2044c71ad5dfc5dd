import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SmtpConfigService } from 'nestjs-adminjs-smtp';
import type { Repository } from 'typeorm';
import { InboxService } from './inbox.service.js';
import { Milestone } from './orders.js';

const name = 'first configuration';

/** Creates a working configuration on the first start. If it is deleted, it is not created again. */
@Injectable()
export class FirstConfiguration implements OnApplicationBootstrap {
  constructor(
    @InjectRepository(Milestone) private readonly milestones: Repository<Milestone>,
    private readonly configs: SmtpConfigService,
    private readonly inbox: InboxService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (await this.milestones.existsBy({ name })) return;
    const { host, port, ca, username, password } = this.inbox.settings;
    await this.configs.create({
      name: 'inbox',
      isDefault: true,
      host,
      port,
      security: 'starttls',
      authRequired: true,
      username,
      password,
      caCertificate: ca,
      fromName: 'Example Shop',
      fromAddress: 'shop@example.com',
      // One at a time, so that mail that waited for the inbox arrives in the order of the bills.
      maxConnections: 1,
    });
    await this.milestones.save({ name });
  }
}
