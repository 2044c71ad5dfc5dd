import { Controller, Get, Header, Headers, HttpCode, Post, Redirect, Res } from '@nestjs/common';
import { inboxPage } from './inbox.page.js';
import { InboxService } from './inbox.service.js';

/** The part of Express's response that is used here. */
interface Redirecting {
  redirect(status: number, url: string): void;
}

@Controller()
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  @Get()
  @Redirect('/admin')
  home(): void {}

  @Get('inbox')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @Header('X-Content-Type-Options', 'nosniff')
  // The frames with received HTML inherit it: no scripts, and no remote images that would tell the sender who reads the mail.
  @Header(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  )
  page(): string {
    return inboxPage(this.inbox.mails, this.inbox.settings, this.inbox.running);
  }

  @Get('inbox.json')
  @Header('Cache-Control', 'no-store')
  @Header('X-Content-Type-Options', 'nosniff')
  list() {
    return this.inbox.mails;
  }

  @Get('inbox/ca.pem')
  @Header('Content-Type', 'application/x-pem-file')
  ca(): string {
    return this.inbox.settings.ca;
  }

  @Post('inbox/stop')
  @HttpCode(200)
  async stop(@Headers('accept') accept: string | undefined, @Res({ passthrough: true }) response: Redirecting) {
    await this.inbox.stop();
    return this.answer(accept, response);
  }

  @Post('inbox/start')
  @HttpCode(200)
  async start(@Headers('accept') accept: string | undefined, @Res({ passthrough: true }) response: Redirecting) {
    await this.inbox.start();
    return this.answer(accept, response);
  }

  /** Redirects a browser back to the page; returns the state to other clients. */
  private answer(accept: string | undefined, response: Redirecting) {
    if (accept?.includes('text/html')) return response.redirect(303, '/inbox');
    return { running: this.inbox.running };
  }
}
