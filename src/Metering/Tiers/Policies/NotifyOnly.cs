namespace Metering;

/// <summary>Allows; the tier's level is what is signalled.</summary>
internal sealed class NotifyOnly : PolicyRule;
