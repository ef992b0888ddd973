import { RECORDS_EXPIRE_BY } from '../../../compliance/rules/checks/accepted';
import { DETECTION_LOGS } from '../../../lambda/domain/detection-record';

test('the table is asked to look at the attribute by which records say when they expire', () => {
  expect(RECORDS_EXPIRE_BY).toBe(DETECTION_LOGS.ttl);
});
