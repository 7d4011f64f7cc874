export default function endSharedCluster(): Promise<void>;
