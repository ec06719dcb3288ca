namespace Metering.Api;

/// <summary>Reads what the query turns on or off.</summary>
internal static class QueryFlags
{
    /// <summary>True or false; null when it is absent.</summary>
    public static bool? Flag(ApiCall call, string name, FieldErrors errors)
    {
        var text = call.Query(name);
        errors.Require(text is null or "true" or "false", "/" + name, "must be true or false");
        return text is null ? null : text == "true";
    }
}
