using Metering.Server.Storage;

namespace Metering.Server.Evidence;

/// <summary>Follows a license's chain from row to row. Behind a broken link it goes on with the one that the row has.</summary>
internal sealed class ChainCheck
{
    private readonly byte[] _last = new byte[EvidenceChain.Size];
    private readonly byte[] _digest = new byte[EvidenceChain.Size];
    private readonly byte[] _expected = new byte[EvidenceChain.Size];
    private bool _known;

    /// <summary>Begins at the link of the entry before the first one that is there.</summary>
    internal ChainCheck(ReadOnlySpan<byte> before) => _known = Keep(before);

    /// <summary>The link of the last row; empty where it is not known.</summary>
    internal ReadOnlySpan<byte> Last => _known ? _last : [];

    /// <summary>Whether a row's link follows from the one before; so it does where that is not known.</summary>
    internal bool Follows(in LedgerRow row)
    {
        // Where the answer is forgotten its digest stands in its place; a row that has both is not as it was written.
        var digest = ChainLinks.Digest(row.Answer, row.BodyHash, row.Key, row.Event, _digest);
        var follows = row.Forgotten.IsEmpty || (digest.IsEmpty && row.Forgotten.Length == EvidenceChain.Size);
        if (follows && _known)
        {
            EvidenceChain.Link(_last, row.Entry, row.Forgotten.IsEmpty ? digest : row.Forgotten, _expected);
            follows = row.Link.SequenceEqual(_expected);
        }

        _known = Keep(row.Link);
        return follows;
    }

    /// <summary>What follows does not follow directly.</summary>
    internal void Miss() => _known = false;

    /// <summary>Whether the chain ends with a link; so it does where its last row is not known.</summary>
    internal bool EndsWith(ReadOnlySpan<byte> link) => !_known || link.SequenceEqual(_last);

    private bool Keep(ReadOnlySpan<byte> link)
    {
        if (link.Length != EvidenceChain.Size)
        {
            return false;
        }

        link.CopyTo(_last);
        return true;
    }
}
