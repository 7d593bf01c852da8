import { lowerPageSizes } from './page-sizes.fixture.js';

lowerPageSizes();
