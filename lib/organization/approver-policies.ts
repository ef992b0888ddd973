import type { DeliveryConfig } from '../config/delivery';
import { APPROVALS, approvalArn, type APPROVERS, DELIVERY_PREFIX } from '../names';
import { renderPolicy } from '../policies';

/** Whose approval it is. */
export type Approver = keyof typeof APPROVERS;

/**
 * The inline policy of the permission set of those who give one kind of approval, `policies/identity/approver.json`:
 * IAM Identity Center makes the role, nothing of ours does, so that no release changes who approves releases.
 */
export const approverPolicy = (
  approver: Approver,
  { account, region }: Pick<DeliveryConfig, 'account' | 'region'>,
): unknown =>
  renderPolicy('identity/approver', {
    Approvals: APPROVALS[approver].map((approval) => approvalArn(approval, account, region)),
    Pipeline: `arn:aws:codepipeline:${region}:${account}:${DELIVERY_PREFIX}`,
    Evidence: `arn:aws:s3:::${DELIVERY_PREFIX}-evidence-${account}-${region}`,
    Prefix: DELIVERY_PREFIX,
    Account: account,
    Region: region,
  });
