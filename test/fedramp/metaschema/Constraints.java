import gov.nist.secauto.metaschema.model.common.constraint.ConstraintValidationFinding;
import gov.nist.secauto.metaschema.model.common.validation.IValidationFinding;
import gov.nist.secauto.oscal.lib.OscalBindingContext;
import java.nio.file.Path;
import org.json.JSONObject;

/** Prints, one JSON object a line, what the constraints of OSCAL's Metaschema refuse of the documents that are named. */
public final class Constraints {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      for (IValidationFinding finding : OscalBindingContext.instance().validateWithConstraints(Path.of(file)).getFindings()) {
        String place = finding instanceof ConstraintValidationFinding refused ? refused.getNode().getMetapath() : "";
        System.out.println(
            new JSONObject()
                .put("document", Path.of(file).getFileName().toString())
                .put("level", finding.getSeverity().toString())
                .put("place", place)
                .put("message", finding.getMessage().toString()));
      }
      System.out.println(new JSONObject().put("document", Path.of(file).getFileName().toString()).put("evaluated", true));
    }
  }
}
