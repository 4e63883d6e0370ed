// The browser of the tests: Chromium as an npm package, so that a fresh clone needs nothing from the system. Every page
// collects what went wrong in it (console errors, uncaught exceptions, failed requests); a test ends by asking for none.
import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';

/** The package's flags are made for functions in a cloud; in one process, closing one page ends all of them. */
const UNWANTED = new Set(['--single-process', '--no-zygote']);

export async function openBrowser(): Promise<Browser> {
  return playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args.filter((flag) => !UNWANTED.has(flag)), headless: true });
}

export interface WatchedPage { page: Page; faults: string[] }

/** A page in a context of its own; `faults` fills while it lives. */
export async function openPage(browser: Browser, options: { locale?: string; width?: number; height?: number; dark?: boolean; baseUrl?: string; /** Certificates of the test's own making. */ anyCertificate?: boolean } = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    locale: options.locale ?? 'ko-KR', timezoneId: 'Asia/Seoul', colorScheme: options.dark === false ? 'light' : 'dark', baseURL: options.baseUrl, ignoreHTTPSErrors: options.anyCertificate ?? false,
    // Without a graphics card the moving river would take the processor from the services under test.
    reducedMotion: 'reduce',
    viewport: { width: options.width ?? 1440, height: options.height ?? 1000 },
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('response', (response) => { if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`); });
  return { page, faults };
}
