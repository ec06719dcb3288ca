namespace Metering.Api;

/// <summary>Whom a route lets in.</summary>
public enum Access
{
    /// <summary>Anybody.</summary>
    Public,

    /// <summary>Licensed software, for its own license: <c>Authorization: License</c> with the license's key.</summary>
    License,

    /// <summary>Licensed software for its own license, or a token with the scope <c>manage</c>.</summary>
    LicenseOrManage,

    /// <summary>A token with the scope <c>ingest</c>.</summary>
    Ingest,

    /// <summary>A token with the scope <c>read</c> or <c>manage</c>.</summary>
    Read,

    /// <summary>A token with the scope <c>manage</c>.</summary>
    Manage,
}
