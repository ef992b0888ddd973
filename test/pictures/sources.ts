import type { Repository } from '../support/fetched-repository';

/** Pictures that other people test readers of pictures with. Read where they are fetched to; nothing is copied. */
export const PICTURE_SOURCES: readonly Repository[] = [
  {
    name: 'Pillow',
    address: 'https://github.com/python-pillow/Pillow',
    commit: '4e5f09f533dbd0d87d39951f48b62f4d1a421cba',
    licence: 'MIT-CMU',
  },
  {
    name: 'sharp',
    address: 'https://github.com/lovell/sharp',
    commit: 'ea5bef24c187b2c7ee3fe3cad3b45c8cb67a46fd',
    licence: 'Apache-2.0',
  },
  {
    name: 'exiv2',
    address: 'https://github.com/Exiv2/exiv2',
    commit: 'e84cb9db060527416a43f3d257656331c85aff28',
    licence: 'GPL-2.0-or-later',
  },
  {
    name: 'metadata-extractor',
    address: 'https://github.com/drewnoakes/metadata-extractor-images',
    commit: '4beba640487802442bc9931fb01274e908102d3a',
    licence: 'mixed',
  },
];
