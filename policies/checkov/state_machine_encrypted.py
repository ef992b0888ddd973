from checkov.cloudformation.checks.resource.base_resource_check import BaseResourceCheck
from checkov.common.models.enums import CheckCategories, CheckResult


class StateMachineEncrypted(BaseResourceCheck):
    def __init__(self) -> None:
        super().__init__(
            name="Ensure the state machine encrypts its executions under a customer-managed key",
            id="CKV_SERVERLESSAPP_1",
            categories=[CheckCategories.ENCRYPTION],
            supported_resources=["AWS::StepFunctions::StateMachine"],
        )

    def scan_resource_conf(self, conf):
        encryption = conf.get("Properties", {}).get("EncryptionConfiguration") or {}
        kept = encryption.get("Type") == "CUSTOMER_MANAGED_KMS_KEY" and encryption.get("KmsKeyId")
        return CheckResult.PASSED if kept else CheckResult.FAILED


check = StateMachineEncrypted()
