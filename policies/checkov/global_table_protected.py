from checkov.cloudformation.checks.resource.base_resource_check import BaseResourceCheck
from checkov.common.models.enums import CheckCategories, CheckResult


class GlobalTableProtected(BaseResourceCheck):
    """checkov's own checks know AWS::DynamoDB::Table only."""

    def __init__(self) -> None:
        super().__init__(
            name="Ensure every replica of a global table has a customer-managed key and point-in-time recovery",
            id="CKV_SERVERLESSAPP_2",
            categories=[CheckCategories.BACKUP_AND_RECOVERY],
            supported_resources=["AWS::DynamoDB::GlobalTable"],
        )

    def scan_resource_conf(self, conf):
        replicas = conf.get("Properties", {}).get("Replicas") or []
        kept = bool(replicas) and all(self.is_protected(replica) for replica in replicas)
        return CheckResult.PASSED if kept else CheckResult.FAILED

    @staticmethod
    def is_protected(replica) -> bool:
        recovery = replica.get("PointInTimeRecoverySpecification") or {}
        key = (replica.get("SSESpecification") or {}).get("KMSMasterKeyId")
        return bool(key) and str(recovery.get("PointInTimeRecoveryEnabled")).lower() == "true"


check = GlobalTableProtected()
