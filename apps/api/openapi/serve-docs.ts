import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { openApiDocument } from './openapi.js';

/** `/openapi.json`, and `/docs` to read it, whose scripts and styles are in the installed package: no internet needed. */
export function serveDocs(app: NestFastifyApplication, version: string): void {
  const document = openApiDocument(version) as unknown as OpenAPIObject;
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Recho notifications: the API',
    swaggerOptions: {
      // The badge of swagger.io would send the document there.
      validatorUrl: null,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      persistAuthorization: true,
      tryItOutEnabled: true,
    },
  });
}
