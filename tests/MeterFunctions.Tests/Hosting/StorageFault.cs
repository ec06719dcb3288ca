namespace MeterFunctions.Tests.Hosting;

/// <summary>What may become of a request to the storage.</summary>
internal enum StorageFault
{
    /// <summary>It is done, and its answer is lost.</summary>
    AnswerLost,

    /// <summary>Its answer is lost, and it is done some time later, when the caller has gone on.</summary>
    DoneLater,

    /// <summary>It is done twice, and the answer is that of the second time: a transaction finds itself in its own way.</summary>
    DoneTwice,

    /// <summary>503, and it is not done.</summary>
    Unavailable,

    /// <summary>503, and it is done.</summary>
    UnavailableAndDone,

    /// <summary>403: the app is not let in.</summary>
    Forbidden,

    /// <summary>404: the table is not there.</summary>
    TableMissing,

    /// <summary>409 or 412 on one of a transaction's rows, though nobody is in its way, and it is not done.</summary>
    Refused,

    /// <summary>202 for a transaction, in which it says 500 or 503 of one of the rows; and it is not done.</summary>
    UnavailableInside,

    /// <summary>The same, and it is done.</summary>
    UnavailableInsideAndDone,

    /// <summary>It takes its time on the way there and back.</summary>
    Slow,
}
