import gov.nist.secauto.metaschema.core.metapath.MetapathConstants;
import gov.nist.secauto.metaschema.core.metapath.function.FunctionLibrary;
import gov.nist.secauto.metaschema.core.metapath.function.IArgument;
import gov.nist.secauto.metaschema.core.metapath.function.IFunction;
import gov.nist.secauto.metaschema.core.metapath.item.ISequence;
import gov.nist.secauto.metaschema.core.metapath.item.atomic.IBooleanItem;
import gov.nist.secauto.metaschema.core.metapath.item.atomic.IStringItem;
import gov.nist.secauto.metaschema.core.metapath.item.node.IAssemblyNodeItem;
import gov.nist.secauto.metaschema.core.qname.IEnhancedQName;

/**
 * The one function that OSCAL's constraints call and Metaschema itself does not have. A property or part without a
 * namespace is in OSCAL's: https://pages.nist.gov/OSCAL/learn/concepts/layer/extensions/ (found by
 * META-INF/services).
 */
public final class OscalFunctions extends FunctionLibrary {
  private static final String OSCAL = "http://csrc.nist.gov/ns/oscal";
  private static final IEnhancedQName NAMESPACE = IEnhancedQName.of("ns");

  public OscalFunctions() {
    registerFunction(
        IFunction.builder()
            .name("has-oscal-namespace")
            .namespace(MetapathConstants.NS_METAPATH_FUNCTIONS)
            .argument(IArgument.builder().name("namespace").type(IStringItem.type()).oneOrMore().build())
            .returnType(IBooleanItem.type())
            .returnOne()
            .deterministic()
            .contextIndependent()
            .focusDependent()
            .functionHandler(
                (function, arguments, context, focus) -> {
                  var flag = ((IAssemblyNodeItem) focus).getFlagByName(NAMESPACE);
                  String own = flag == null ? OSCAL : flag.toAtomicItem().asString();
                  boolean among =
                      arguments.get(0).stream().anyMatch(one -> ((IStringItem) one).asString().equals(own));
                  return ISequence.of(IBooleanItem.valueOf(among));
                })
            .build());
  }
}
