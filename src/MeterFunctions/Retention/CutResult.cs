namespace MeterFunctions.Retention;

/// <summary>What a cut of a license's evidence came to.</summary>
internal enum CutResult
{
    /// <summary>There is more to do.</summary>
    Stopped,

    /// <summary>All that was over has gone; the license has younger evidence.</summary>
    SomeIsKept,

    /// <summary>The license has no evidence any more but the snapshot of it.</summary>
    NothingIsLeft,
}
