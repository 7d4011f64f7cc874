export default function nameSharedCluster(): void;
