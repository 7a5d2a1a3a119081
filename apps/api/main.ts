import { startService } from '#libs/runtime';
import { API } from './api.service.js';

void startService(API);
