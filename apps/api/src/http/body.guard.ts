import { Injectable, SetMetadata, type CanActivate, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApiRequest } from './request.js';

const DEFERS_BODY = 'adit:defers-body';

/** The handler tells what is wrong with a body itself, after what has to be told first. */
export const DefersBody = (): CustomDecorator => SetMetadata(DEFERS_BODY, true);

/** Refuses a body that could not be read, once the caller is known. */
@Injectable()
export class BodyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { bodyFault } = context.switchToHttp().getRequest<ApiRequest>();
    const targets = [context.getHandler(), context.getClass()];
    if (bodyFault !== null && this.reflector.getAllAndOverride<boolean>(DEFERS_BODY, targets) !== true) throw bodyFault;
    return true;
  }
}
