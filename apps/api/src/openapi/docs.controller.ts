import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Anonymous } from '#identity';
import { Problem } from '#platform';
import type { ApiReply } from '../http/request.js';
import { ServedDocument } from './served-document.js';

const require = createRequire(import.meta.url);
/** Swagger's own page belongs to its Nest package and is looked for from there. */
const ASSETS = dirname(createRequire(require.resolve('@nestjs/swagger')).resolve('swagger-ui-dist/package.json'));

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Adit: the interface</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'none',
  displayOperationId: true,
  persistAuthorization: false,
});
`;

/** The only files that are served, each with its type. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The OpenAPI document, and a page on which it can be read and tried. No script or style stands in the page itself. */
@ApiExcludeController()
@Controller()
export class DocsController {
  constructor(@Inject(ServedDocument) private readonly served: ServedDocument) {}

  @Get('openapi.json')
  @Anonymous()
  @Header('Content-Type', 'application/json; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=60')
  getDocument(): string {
    return this.served.text;
  }

  @Get('docs')
  @Anonymous()
  @Header('Content-Type', 'text/html; charset=utf-8')
  getPage(): string {
    return PAGE;
  }

  @Get('docs/start.js')
  @Anonymous()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  getStart(): string {
    return START;
  }

  @Get('docs/:file')
  @Anonymous()
  async getFile(@Param('file') file: string, @Res({ passthrough: true }) reply: ApiReply): Promise<Buffer> {
    const type = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
    if (type === undefined) throw new Problem('not-found');
    reply.header('Content-Type', type).header('Cache-Control', 'public, max-age=3600');
    return await readFile(join(ASSETS, file));
  }
}
