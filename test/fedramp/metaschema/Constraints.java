import gov.nist.secauto.metaschema.core.configuration.DefaultConfiguration;
import gov.nist.secauto.metaschema.core.model.constraint.ConstraintValidationFinding;
import gov.nist.secauto.metaschema.core.model.constraint.ValidationFeature;
import gov.nist.secauto.metaschema.core.model.validation.IValidationFinding;
import gov.nist.secauto.metaschema.databind.IBindingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.json.JSONObject;

/**
 * Prints, one JSON object a line, what the constraints of OSCAL's Metaschema refuse of documents. Arguments: the folder
 * of OSCAL's resolved Metaschema, an empty folder for what is compiled from it, and the documents.
 */
public final class Constraints {
  private static final String[] MODELS = {
    "catalog", "profile", "component", "ssp", "assessment-plan", "assessment-results", "poam"
  };

  public static void main(String[] arguments) throws Exception {
    IBindingContext context = IBindingContext.builder().compilePath(Files.createDirectories(Path.of(arguments[1]))).build();
    for (String model : MODELS)
      context.loadMetaschema(Path.of(arguments[0], "oscal_" + model + "_metaschema_RESOLVED.xml"));
    for (int index = 2; index < arguments.length; index++) {
      Path file = Path.of(arguments[index]).toAbsolutePath();
      String document = file.getFileName().toString();
      for (IValidationFinding finding :
          context
              .validateWithConstraints(file.toUri(), new DefaultConfiguration<ValidationFeature<?>>())
              .getFindings()) {
        String place =
            finding instanceof ConstraintValidationFinding refused ? refused.getTarget().getMetapath() : "";
        System.out.println(
            new JSONObject()
                .put("document", document)
                .put("level", finding.getSeverity().toString())
                .put("place", place)
                .put("constraint", String.valueOf(finding.getIdentifier()))
                .put("message", String.valueOf(finding.getMessage())));
      }
      System.out.println(new JSONObject().put("document", document).put("evaluated", true));
    }
  }
}
