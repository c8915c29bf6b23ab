import { request, type RequestOptions } from 'node:http';

/** What a server answers to a request, with headers that a browser would not let a page set. */
export function ask(
  url: string | URL,
  options: Pick<RequestOptions, 'method' | 'headers'> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}
